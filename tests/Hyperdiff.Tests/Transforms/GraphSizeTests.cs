using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using FsCheck;
using FsCheck.Xunit;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Tests.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Transforms;

/// <summary>The graph of a derivative is at most a small constant times the graph of the function, in every mode and order, for every primitive.</summary>
public sealed class GraphSizeTests
{
    /// <summary>Equations of a derivative per equation of the function: its own, those of the tangent rule, those of the transpose, and as many choices by
    /// masks.</summary>
    private const int Growth = 16;

    private static readonly Dictionary<string, (int Order, Func<Graph, Axes, Graph> Of)> s_modes = new()
    {
        ["forward"] = (1, Derivatives.Forward),
        ["reverse"] = (1, Derivatives.Reverse),
        ["forward over reverse"] = (2, (graph, active) => Derivatives.Forward(Derivatives.Reverse(graph, active), active)),
        ["reverse over reverse"] = (2, (graph, active) => Derivatives.Reverse(Derivatives.Reverse(graph, active), active)),
        ["reverse over forward"] = (2, (graph, active) => Derivatives.Reverse(Derivatives.Forward(graph, active), active)),
        ["forward over forward"] = (2, (graph, active) => Derivatives.Forward(Derivatives.Forward(graph, active), active)),
    };

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_links = new()
    {
        ["Maximum"] = y => (y * 1.1).Maximum(y * 0.9),
        ["Minimum"] = y => (y * 1.1).Minimum(y.Sin()),
        ["Where"] = y => Tensor.Where(y > 0.3, y.Sin(), 0.9 * y),
        ["Relu"] = y => (y - 0.1).Relu() + 0.01,
        ["LeakyRelu"] = y => y.LeakyRelu(),
        ["Elu"] = y => y.Elu(),
        ["Clamp"] = y => (1.1 * y).Clamp(-1, 1),
        ["Abs"] = y => y.Abs() - 0.2,
        ["Huber"] = y => y * Hyperdiff.Losses.Huber(y, Tensor.ZerosLike(y), 0.5),
        ["SoftThreshold"] = y => Proximal.SoftThreshold(y, Tensor.Scalar(0.01)),
        ["Max"] = y => y - (0.1 * y.Max()),
        ["Sort"] = y => y.Sort() * 0.99,
        ["Norm"] = y => y / y.Norm(),
        ["Softmax"] = y => y.Softmax(),
        ["MatMul and Relu"] = y => Tensor.From(new[,] { { 0.9, 0.1 }, { -0.2, 1.1 } }).MatMul(y).Relu(),
    };

    private static readonly ConditionalWeakTable<Graph, StrongBox<int>> s_sizes = [];

    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> s_holders = new();

    // what is given to each rank differs from rank to rank, and is not given to them again
    public static TheoryData<string> Cases =>
        [.. PrimitiveCases.All.Where(item => item.Active.Count > 0 && item.Primitive is not ToEachRank).Select(item => item.Name)];

    public static TheoryData<string> Links => [.. s_links.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void AChainOfAPrimitive_HasDerivativesProportionalToItsLength(string name)
    {
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Graph[] chains = [Chain(item, 4), Chain(item, 8), Chain(item, 12)];
        foreach ((string mode, (int order, Func<Graph, Axes, Graph> derivative)) in s_modes)
        {
            int[] sizes = [.. chains.Select(chain => Size(derivative(chain, [item.Active[0]])))];
            int link = Size(chains[2]) - Size(chains[1]);

            Assert.True(sizes[2] - sizes[1] <= sizes[1] - sizes[0], $"{mode}: {string.Join(", ", sizes)} equations for 4, 8, 12 links");
            Assert.True(sizes[2] - sizes[1] <= Math.Pow(Growth, order) * link, $"{mode}: {sizes[2] - sizes[1]} equations more for {link}");
        }
    }

    [Theory]
    [MemberData(nameof(Links))]
    public void AChainOfAThousandChoices_HasAGradientOfAFewThousandEquations(string name)
    {
        const int Length = 1000;
        TracedFunction traced = TracedFunction.Of(x => [Enumerable.Range(0, Length).Aggregate(x[0], (y, _) => s_links[name](y)).Sum()],
            [Tensor.From([0.4, 0.7])]);

        Graph gradient = Derivatives.Gradient(traced.Graph, [0]);

        Assert.True(Size(gradient) <= Growth * Size(traced.Graph), $"{Size(gradient)} equations for {Size(traced.Graph)}");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AChainOfAThousandOfAPrimitive_HasDerivativesOfAFewThousandEquations(string name)
    {
        const int Length = 1000;
        PrimitiveCase item = PrimitiveTheory.Find(name);
        Graph chain = Chain(item, Length);
        foreach (string mode in (string[])["forward", "reverse"])
        {
            int size = Size(s_modes[mode].Of(chain, [item.Active[0]]));
            Assert.True(size <= Growth * Size(chain), $"{mode}: {size} equations for {Size(chain)}");
        }
    }

    [Property(Replay = "(4660,22137)", MaxTest = 60, Arbitrary = [typeof(Expressions)])]
    public bool ADerivative_IsProportionalToTheFunction(RandomExpression expression)
    {
        Tensor x = Tensor.From([0.37, -0.81, 1.23]);
        Graph graph = TracedFunction.Of(all => [expression.At(all[0], all[1])], [x, x.Flip()]).Graph;
        return s_modes.Values.All(mode => Size(mode.Of(graph, [0])) <= Math.Pow(Growth, mode.Order) * (Size(graph) + 8));
    }

    // every link sees its first operand moved by the mean of what came before, so that primitives of any shapes make a chain
    private static Graph Chain(PrimitiveCase item, int length)
    {
        Tensor[] point = item.At(DType.Float64);
        return TracedFunction.Of(
            inputs =>
            {
                Tensor[] operands = [.. inputs];
                Tensor moved = Tensor.Scalar(0);
                for (int i = 0; i < length; i++)
                {
                    operands[item.Active[0]] = inputs[item.Active[0]] + moved;
                    Tensor[] results = [.. item.Primitive.Apply(operands).Where((result, j) => j != item.Primitive.ReportResult && result.DType.IsFloating())];
                    moved = results.Length == 0 || results[0].Count == 0 ? moved + operands[item.Active[0]].Sum() : 1e-3 * results[^1].To(DType.Float64).Mean();
                }

                return [moved];
            },
            point,
            readable: false).Graph;
    }

    // with the graphs that equations hold, each counted once however many hold it: what a thousand links say is added up, not gone through
    // a composite counts as what it is made of
    private static int Size(Graph graph) => s_sizes.GetValue(graph, static graph =>
    {
        Graph expanded = Expansion.Of(graph);
        return new StrongBox<int>(expanded.Equations.Length + expanded.Equations.Sum(equation => Held(equation.Primitive).Sum(Size)));
    }).Value;

    private static IEnumerable<Graph> Held(Primitive primitive) =>
        s_holders.GetOrAdd(primitive.GetType(), static type => [.. type.GetProperties().Where(property => property.PropertyType == typeof(Graph))])
            .Select(property => (Graph)property.GetValue(primitive)!);

    private static class Expressions
    {
        public static Arbitrary<RandomExpression> All() => RandomExpression.Arbitrary(24);
    }
}
