using Hyperdiff.Graphs;

namespace Hyperdiff.Tests.Graphs;

/// <summary>What is nested or chained as deep as nobody means it ends in a result or an exception, never in a stack overflow, which no process
/// survives.</summary>
public sealed class NestingTests
{
    private const int Deep = 50_000;

    // of a thread of a program that has a little to spare
    private const int StackBytes = 1 << 20;

    [Fact]
    public void StructureThatIsTooDeep_IsRefused()
    {
        Chain chain = new(Tensor.Ones([1]), []);
        for (int i = 0; i < Deep; i++)
        {
            chain = new Chain(Tensor.Ones([1]), [chain]);
        }

        ArgumentException refused = Assert.Throws<ArgumentException>(() => OnSmallStack(() => Diff.Grad(c => c.Value.Sum(), chain, ChainTree.Instance)));
        Assert.Contains("1000 deep", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StructureThatContainsItself_IsRefused()
    {
        Chain[] own = new Chain[1];
        own[0] = new Chain(Tensor.Ones([1]), own);

        Assert.Throws<ArgumentException>(() => OnSmallStack(() => Diff.Grad(c => c.Value.Sum(), own[0], ChainTree.Instance)));
    }

    [Fact]
    public void StructureAtTheLimit_IsTakenApartAndRebuilt()
    {
        // a link stands two deep in the one before, in its array, and the last has an empty array
        Chain chain = new(Tensor.Ones([1]), []);
        for (int i = 1; i < LeafWriter.MostLevels / 2; i++)
        {
            chain = new Chain(Tensor.Ones([1]), [chain]);
        }

        Assert.Equal(2.0, OnSmallStack(() => Diff.Grad(c => c.Value.Square().Sum(), chain, ChainTree.Instance)).Value.ToArray<double>()[0]);
    }

    [Fact]
    public void LoopsWithinLoops_EndInAnException_WhenTheStackDoes()
    {
        Func<Tensor, Tensor> nested = x => 0.5 * x;
        for (int i = 0; i < Deep; i++)
        {
            Func<Tensor, Tensor> inner = nested;
            nested = x => Loop.Iterate(1, inner, x);
        }

        Assert.Throws<InsufficientExecutionStackException>(() => OnSmallStack(() => nested(Tensor.Ones([1]))));
    }

    /// <summary>Functions that a deep stack could trace are too deep for a shallow one to differentiate, print or run.</summary>
    [Theory]
    [InlineData("run")]
    [InlineData("differentiate")]
    [InlineData("print")]
    public void NestedFunction_OnAShallowerStack_EndsInAnException(string what)
    {
        Func<Tensor, Tensor> nested = x => x.Sin();
        for (int i = 0; i < 4000; i++)
        {
            Func<Tensor, Tensor> inner = nested;
            nested = x => Loop.Iterate(1, inner, x);
        }

        TracedFunction traced = OnStack(() => TracedFunction.Of(x => [nested(x[0])], [Tensor.Ones([1])]), 256 << 20);
        Assert.Throws<InsufficientExecutionStackException>(() => OnStack<object>(
            () => what switch
            {
                "run" => traced.Graph.Call([Tensor.Ones([1])]),
                "print" => traced.Graph.ToString(),
                _ => Hyperdiff.Transforms.Derivatives.Gradient(traced.Graph, [0]),
            },
            256 << 10));
    }

    [Fact]
    public void LongChains_OfAnything_AreNoNesting()
    {
        Tensor at = Tensor.From([0.3, 0.4]);
        Tensor views = OnSmallStack(() => Diff.Hvp(
            x => (x.Sin() * Enumerable.Range(0, Deep).Aggregate(x.Exp(), (y, i) => i % 2 == 0 ? y.BroadcastTo([1, 2]) : y.Reshape([2]))).Sum(), at,
            Tensor.Ones([2])));
        Tensor sines = OnSmallStack(() => Diff.Grad(x => Enumerable.Range(0, Deep).Aggregate(x, (y, _) => y.Sin()).Sum(), at));
        double read = OnSmallStack(() =>
            Diff.Grad(x => Enumerable.Range(0, Deep).Aggregate(x.Sum(), (y, _) => y.Tanh()).ToScalar() > 0 ? x.Sum() : -x.Sum(), at)).ToArray<double>()[0];

        // (eˣ sin x)″ = 2 eˣ cos x
        Assert.Equal(at.ToArray<double>().Select(x => 2 * Math.Exp(x) * Math.Cos(x)), views.ToArray<double>(), (a, b) => Math.Abs(a - b) <= 1e-14);
        Assert.All(sines.ToArray<double>(), slope => Assert.InRange(slope, 0, 1));
        Assert.Equal(1, read);
    }

    private static T OnSmallStack<T>(Func<T> body) => OnStack(body, StackBytes);

    private static T OnStack<T>(Func<T> body, int bytes)
    {
        T? result = default;
        Exception? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = body();
                }
                catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or InsufficientExecutionStackException)
                {
                    thrown = exception;
                }
            },
            bytes);
        thread.Start();
        thread.Join();
        if (thrown is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(thrown);
        }

        return result!;
    }

    private sealed record Chain(Tensor Value, Chain[] Rest);

    private sealed class ChainTree : Tree<Chain>
    {
        private readonly Tree<Chain[]> _rest;

        private ChainTree() => _rest = Tree.Array(this);

        public static ChainTree Instance { get; } = new();

        public override void Flatten(Chain value, LeafWriter writer)
        {
            writer.Leaf("Value", value.Value);
            writer.Child("Rest", _rest, value.Rest);
        }

        public override Chain Rebuild(Chain prototype, LeafReader reader) => new(reader.Leaf(), reader.Child(_rest, prototype.Rest));
    }
}
