using System.Collections.Immutable;

namespace Hyperdiff.Tests.Loops;

/// <summary>A solve says how it ended wherever it stands: in the reports of the derivative or the batch around, or, where there is none, by an exception that
/// names it.</summary>
public sealed class SolvesWithinTests
{
    private const int Steps = 3;

    // an inner problem with w*(x) = tanh x
    private static readonly Objective<Tensor, Tensor> s_objective = Objective.From<Tensor, Tensor>(
        (w, h) => (0.5 * (w - h.Tanh()).Square()).Sum() + (0 * w.Square().Square().Sum()));

    private static readonly FixedPointMap<Tensor, Tensor> s_drift = FixedPointMap.From<Tensor, Tensor>((w, h) => w + (1e-13 * (h - w)));

    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_solves = new()
    {
        ["converged"] = x => Argmin.Of(s_objective.MinimizedBy(Minimizer.NewtonCg()), Tensor.ZerosLike(x), x),
        ["unconverged"] = x => Argmin.Of(s_objective.MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(0.5), maxIterations: 2)), Tensor.ZerosLike(x), x),

        // the residual falls by nothing that can be measured
        ["unknown error"] = x => FixedPoint.Of(s_drift.SolvedBy(FixedPoint.Iteration(maxIterations: 3)), Tensor.OnesLike(x), x, LinearSolver.Gmres()),
    };

    /// <summary>Functions of a vector in which a solve stands, by what holds it.</summary>
    private static readonly Dictionary<string, Func<Func<Tensor, Tensor>, Func<Tensor, Tensor>>> s_containers = new()
    {
        ["nothing"] = solve => solve,
        ["checkpoint"] = solve => x => Diff.Checkpoint(solve)(x),
        ["iterate"] = solve => x => Loop.Iterate(Steps, solve, x),
        ["iterate with checkpoints"] = solve => x => Loop.Iterate(Steps, solve, x, checkpointing: Checkpointing.Every(2)),
        ["scan"] = solve => x => Loop.Scan<Tensor, Tensor, Tensor>((c, row) => (solve(c + row), c), x, Tensor.Ones([Steps, 2])).Carry,
        ["outputs of a scan"] = solve => x => Loop.Scan<Tensor, Tensor, Tensor>((c, row) => (c + row, solve(c)), x, Tensor.Ones([Steps, 2])).Outputs[1],
        ["while"] = solve => x => Loop.While(c => c.Sum() < 100, c => solve(c) + c + 30, x, limit: 10).Carry,
        ["condition of a while"] = solve => x => Loop.While(c => solve(c).Sum() + c.Sum() < 10, c => c + 2, x, limit: 10).Carry,
        ["custom tangent"] = solve => x => Diff.CustomTangent<Tensor, Tensor>(solve, (_, tangent) => tangent)(x),
        ["custom cotangent"] = solve => x => Diff.CustomCotangent<Tensor, Tensor>(solve, (_, _, cotangent) => cotangent)(x),
        ["rule of a custom tangent"] = solve => x => Diff.CustomTangent<Tensor, Tensor>(y => y.Sin(), (y, tangent) => solve(y) * tangent)(x),
        ["rule of a custom cotangent"] = solve => x => Diff.CustomCotangent<Tensor, Tensor>(y => y.Sin(), (y, _, cotangent) => solve(y) * cotangent)(x),
        ["checkpoint in a loop"] = solve => x => Loop.Iterate(Steps, c => Diff.Checkpoint(solve)(c), x),
        ["loop in a checkpoint"] = solve => x => Diff.Checkpoint<Tensor, Tensor>(y => Loop.Iterate(Steps, solve, y))(x),
        ["loop in a loop"] = solve => x => Loop.Iterate(2, c => Loop.Iterate(Steps, solve, c), x),
        ["batch in a loop"] = solve => x => Loop.Iterate(Steps, c => Diff.Vmap(solve, c.Reshape(2, 1)).Flatten(), x),
        ["derivative"] = solve => x => Diff.Grad(y => solve(y).Sum(), x),
    };

    private static readonly Tensor s_point = Tensor.From([0.3, -0.7]);

    public static TheoryData<string, string> Cases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string container in s_containers.Keys)
            {
                foreach (string solve in s_solves.Keys)
                {
                    data.Add(container, solve);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ReportsReachTheDerivativeAround(string container, string solve)
    {
        Func<Tensor, Tensor> function = s_containers[container](s_solves[solve]);
        var all = new Dictionary<string, ImmutableArray<SolveReport>>
        {
            ["gradient"] = Diff.GradWithReport(x => function(x).Square().Sum(), s_point).Reports,
            ["value and gradient"] = Diff.ValueAndGradWithReport(x => function(x).Square().Sum(), s_point).Reports,
        };
        if (container != "rule of a custom cotangent")
        {
            all["tangent"] = Diff.JvpWithReport(function, s_point, Tensor.Ones([2])).Reports;
            all["Jacobian"] = Diff.JacobianWithReport(function, s_point).Reports;
        }

        all["cotangent"] = Diff.VjpWithReport(function, s_point, Tensor.Ones([2])).Reports;
        foreach ((string derivative, ImmutableArray<SolveReport> reports) in all)
        {
            AssertTold(reports, solve, $"{derivative} of {container}");

            // however many steps there are
            Assert.True(reports.Length <= 30, $"{derivative}: {reports.Length} reports");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ReportsReachEveryItemOfABatch(string container, string solve)
    {
        if (container.StartsWith("rule of", StringComparison.Ordinal))
        {
            return;
        }

        Tensor batch = Tensor.Stack(0, s_point, 2 * s_point, -s_point);
        BatchResult<Tensor> result = Diff.VmapWithReports(s_containers[container](s_solves[solve]), batch);

        Assert.Equal(3, result.Reports.Length);
        for (int item = 0; item < 3; item++)
        {
            AssertTold(result.Reports[item], solve, $"item {item} of {container}");

            // an adjoint of a map that is the same everywhere is one that all items share
            Assert.All(
                result.Reports[item].Where(report => report.Solver.StartsWith("inner", StringComparison.Ordinal)),
                report => Assert.Contains($"item {item} of 3", report.Solver, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void WhereNothingCarriesAReport_AnExceptionNamesTheSolve(string container, string solve)
    {
        Func<Tensor, Tensor> function = s_containers[container](s_solves[solve]);
        var all = new List<Func<object?>>
        {
            () => Diff.Grad(x => function(x).Square().Sum(), s_point),
        };
        if (!container.StartsWith("rule of", StringComparison.Ordinal))
        {
            all.AddRange([() => function(s_point), () => Diff.Vmap(function, Tensor.Stack(0, s_point, s_point)), () => Diff.Jacobian(function, s_point)]);
        }

        foreach (Func<object?> call in all)
        {
            if (solve == "converged")
            {
                call();
                continue;
            }

            SolveException exception = Assert.Throws<SolveException>(call);
            Assert.Contains(exception.Reports, report => !report.Converged);
            Assert.Contains(solve == "unconverged" ? "gradient descent" : "fixed-point iteration", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OneItemThatFailsInALoop_DoesNotLoseTheOthers()
    {
        // from the solution nothing is to be done, and two updates are too few from elsewhere
        BatchResult<Tensor> result = Diff.VmapWithReports<Tensor, Tensor>(
            x => Loop.Iterate(2, s_solves["unconverged"], x), Tensor.From([0.0, 1.0, 0.0], [3, 1]));

        Assert.Equal(1, Assert.Single(result.FailedItems));
        Assert.Equal([0.0, 0.0], result.Value.Take(Tensor.From([0, 2])).ToArray<double>());
    }

    private static void AssertTold(ImmutableArray<SolveReport> reports, string solve, string where)
    {
        string name = solve switch { "converged" => "Newton-CG", "unconverged" => "gradient descent", _ => "fixed-point iteration" };
        SolveReport[] inner = [.. reports.Where(report => report.Solver.Contains(name, StringComparison.Ordinal))];
        Assert.True(inner.Length > 0, $"{where}: no report of {name} among {string.Join("; ", reports.Select(report => report.Solver))}");
        Assert.All(inner, report => Assert.Equal(solve == "converged", report.Converged));
        if (solve == "unknown error")
        {
            Assert.All(inner, report => Assert.True(report.Error.IsUnknown, report.ToString()));
        }
    }
}
