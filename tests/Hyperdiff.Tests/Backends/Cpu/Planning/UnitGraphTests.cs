using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.Planning;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Cpu.Planning;

/// <summary>Planning takes work that is linear in the number of equations, counted and not timed, and joins as much in long functions as in short
/// ones.</summary>
public sealed class UnitGraphTests
{
    private static readonly Tensor s_matrix = Tensor.Ones([4, 4]);

    public static TheoryData<string, string> Functions
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (string function in (string[])["sines", "layers", "written out", "terms", "momentum", "two chains"])
            {
                foreach (string derivative in (string[])["value", "jvp", "grad", "hvp", "jvp of jvp", "batch"])
                {
                    all.Add(function, derivative);
                }
            }

            return all;
        }
    }

    /// <summary>Twice the equations are twice the neighbours that searches look at, twice the units that make way, and twice the steps.</summary>
    [Theory]
    [MemberData(nameof(Functions))]
    public void Work_GrowsAsTheEquationsDo(string function, string derivative)
    {
        (int Equations, long Visited, long Placed, int Steps)[] work =
            [Work(function, derivative, 100), Work(function, derivative, 200), Work(function, derivative, 400)];
        double growth = (work[2].Equations - work[1].Equations) / (double)(work[1].Equations - work[0].Equations);

        Assert.Equal(2, growth, 0.01);

        // a tenth for what happens at the ends, and the neighbours of a few searches
        Assert.InRange(work[2].Visited - work[1].Visited, 0, (2.2 * (work[1].Visited - work[0].Visited)) + 1000);

        // the logarithm in it grows by a tenth from 200 to 400 units
        Assert.InRange(work[2].Placed - work[1].Placed, 0, (2.4 * (work[1].Placed - work[0].Placed)) + 1000);
        Assert.Equal(2.0 * (work[1].Steps - work[0].Steps), work[2].Steps - work[1].Steps, 4.0);
    }

    [Fact]
    public void UnitThatCouldRunBeforeOrAfter_IsMovedOutOfTheWay()
    {
        // b does not wait for a, so that what reads both joins them whatever runs between
        Tensor[] operands = [Tensor.Ones([4]), Tensor.Ones([4, 4])];
        TracedFunction traced = TracedFunction.Of(
            x =>
            {
                Tensor a = x[0].Exp();
                Tensor far = Enumerable.Range(0, 200).Aggregate(a, (y, _) => x[1].MatMul(y));
                Tensor b = x[1].MatMul(x[0]);
                return [a * b, far];
            },
            operands);

        Assert.Single(((Plan)CpuBackend.Instance.Compile(traced.Graph)).Steps.ToArray().OfType<TileStep>());
    }

    private static (int Equations, long Visited, long Placed, int Steps) Work(string function, string derivative, int n)
    {
        Tensor at = function == "layers" ? Tensor.Full([4, 4], 0.1) : Tensor.From([0.1, 0.2, 0.3, 0.4]);
        Graph graph = TracedFunction.Of(x => [Function(function, x[0], n)], [at.Type]).Graph;
        graph = Simplification.Of(derivative switch
        {
            "value" => graph,
            "jvp" => Derivatives.Forward(graph, [0]),
            "grad" => Derivatives.Gradient(graph, [0]),
            "hvp" => Derivatives.Forward(Derivatives.Gradient(graph, [0]), [0]),
            "jvp of jvp" => Derivatives.Forward(Derivatives.Forward(graph, [0]), [0]),
            _ => Batching.Of(graph, [true], 3).Graph,
        });
        UnitGraph units = new Lowering(graph).Units;
        return (graph.Equations.Length, units.Visited, units.Placed, ((Plan)CpuBackend.Instance.Compile(graph)).Steps.Length);
    }

    private static Tensor Function(string name, Tensor x, int n)
    {
        IEnumerable<int> steps = Enumerable.Range(0, n);
        return name switch
        {
            "sines" => steps.Aggregate(x, (y, _) => y.Sin()).Sum(),
            "layers" => steps.Aggregate(Tensor.Ones([2, 4]), (y, _) => y.MatMul(x).Tanh()).Sum(),
            "written out" => steps.Aggregate(x, (y, _) => y - (0.1 * ((y * y) - x))).Sum(),
            "terms" => steps.Aggregate(Tensor.Scalar(0), (sum, i) => sum + (x * (i + 0.5)).Sin().Sum()),
            "momentum" => steps.Aggregate((X: x, M: Tensor.ZerosLike(x)), (at, _) => Momentum(at.X, at.M)).X.Sum(),
            _ => (steps.Aggregate(x, (y, _) => s_matrix.MatMul(y).Tanh()) * steps.Aggregate(x.Exp(), (y, _) => s_matrix.MatMul(y).Tanh())).Sum(),
        };
    }

    private static (Tensor X, Tensor M) Momentum(Tensor x, Tensor m)
    {
        m = (0.9 * m) + (0.1 * s_matrix.MatMul(x));
        return (x - (0.1 * m / (m.Square() + 1).Sqrt()), m);
    }
}
