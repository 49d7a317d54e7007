using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Cpu.Plans;

/// <summary>What is cheap and large is computed again where it is read, and not written down: with the bits of equation after equation.</summary>
public sealed class RecomputationTests
{
    private const int Count = 70_000;

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_functions = new()
    {
        ["log softmax"] = x => x.LogSoftmax(),
        ["softmax"] = x => x.Softmax(),
        ["deviations"] = x => (x - x.Mean()) * (x - x.Mean()).Square().Sum(),
        ["two lines, one of which is read twice"] = Twice,
        ["what leaves"] = x => Tensor.Concat(0, x - x.Mean(), (x - x.Mean()) / (x - x.Mean()).Exp().Sum()),
        ["log softmax of long rows"] = x => x.Reshape(35, 2000).LogSoftmax(1),
        ["log softmax of columns"] = x => x.Reshape(2000, 35).LogSoftmax(0),
        ["rows and their parts"] = x => Parts(x.Reshape(35, 2000)),
    };

    public static TheoryData<string, DType> Cases
    {
        get
        {
            var cases = new TheoryData<string, DType>();
            foreach (string name in s_functions.Keys)
            {
                cases.Add(name, DType.Float64);
                cases.Add(name, DType.Float32);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Plan_HasTheBitsOfItsEquations(string name, DType dtype)
    {
        Func<Tensor, Tensor> function = s_functions[name];
        Tensor x = Draw.Normal(1, [Count], dtype), v = Draw.Normal(2, function(x).Shape, dtype);
        Check(TracedFunction.Of(a => [function(a[0])], [x]).Graph, x);
        Check(TracedFunction.Of(a => Both(Diff.Jvp(function, a[0], a[1])), [x, Draw.Normal(3, [Count], dtype)]).Graph, x, Draw.Normal(3, [Count], dtype));
        Check(TracedFunction.Of(a => Both(Diff.Vjp(function, a[0], a[1])), [x, v]).Graph, x, v);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void NumbersAtTheEdge_HaveTheBitsOfTheirEquations(double edge)
    {
        Tensor x = Tensor.Concat(0, Draw.Normal(1, [Count - 2]), Tensor.Full([1], edge), Tensor.Full([1], -0.0));
        foreach (Func<Tensor, Tensor> function in s_functions.Values)
        {
            Check(TracedFunction.Of(a => [function(a[0])], [x]).Graph, x);
        }
    }

    [Fact]
    public void LogSoftmax_WritesItsResultAlone()
    {
        Tensor x = Draw.Normal(1, [Count]);
        Assert.InRange(Plan(TracedFunction.Of(a => [a[0].LogSoftmax()], [x]).Graph).ArenaBytes, 0, sizeof(double) * Count / 2);
    }

    [Fact]
    public void OfTwoOperandsThatNobodyElseReads_TheSumIsWrittenDown()
    {
        // to read both again takes as much as to read and write their sum
        (Tensor x, Tensor y) = (Draw.Normal(1, [Count]), Draw.Normal(2, [Count]));
        Graph graph = TracedFunction.Of(
            a =>
            {
                Tensor sum = a[0] + a[1], mean = sum.Mean(), first = sum * mean;
                return [first, sum / (first.Sum() + mean)];
            },
            [x, y]).Graph;
        Check(graph, x, y);
    }

    private static Tensor[] Both((Tensor Value, Tensor Derivative) pair) => [pair.Value, pair.Derivative];

    private static Tensor Twice(Tensor x)
    {
        Tensor centered = x - x.Mean(), scaled = centered * 3;
        return (scaled / centered.Exp().Sum()) + (centered / scaled.Square().Sum());
    }

    private static Tensor Parts(Tensor rows)
    {
        Tensor centered = rows - rows.Mean(1, keepAxis: true);
        Tensor scaled = centered * centered.Square().Sum(1, keepAxis: true);
        return scaled - scaled.Sum(1, keepAxis: true) - centered.Sum(0);
    }

    private static Plan Plan(Graph graph) => (Plan)CpuBackend.WithThreads(1).Compile(graph);

    private static void Check(Graph graph, params Tensor[] operands)
    {
        Tensor[] expected = Simplification.Of(Expansion.Of(graph)).Call(operands).Outputs;
        Tensor[] one = Plan(graph).Run(operands), three = CpuBackend.WithThreads(3).Compile(graph).Run(operands);
        Assert.All(expected.Zip(one), pair => BackendAssert.SameBits(pair.First, pair.Second));
        Assert.All(one.Zip(three), pair => BackendAssert.SameBits(pair.First, pair.Second));
    }
}
