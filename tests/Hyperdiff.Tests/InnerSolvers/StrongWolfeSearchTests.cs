namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>The line search of L-BFGS: both conditions at what it accepts, from first steps that are far too short and far too long.</summary>
public sealed class StrongWolfeSearchTests
{
    private const double Decrease = 1e-4;
    private const double Curvature = 0.1;

    // those of Moré and Thuente (1994), "Line search algorithms with guaranteed sufficient decrease", section 5, that are made for other constants as well; and
    // a quadratic
    private static readonly Dictionary<string, Func<Tensor, Tensor>> s_functions = new()
    {
        ["concave far out"] = t => -(t / (t.Square() + 2)),
        ["steep and flat"] = t => (t + 0.004).Pow(5) - (2 * (t + 0.004).Pow(4)),
        ["quadratic"] = t => (t - 3).Square(),
        ["waves"] = t => (0.1 * (5 * t).Sin()) + (0.5 * (t - 2).Square()),
        ["only defined below 4"] = t => -(4 - t).Log() - (2 * t),
    };

    public static TheoryData<string, double> Cases
    {
        get
        {
            var cases = new TheoryData<string, double>();
            foreach (string name in s_functions.Keys)
            {
                foreach (double first in new[] { 1e-3, 1e-1, 1, 10, 1e3 })
                {
                    cases.Add(name, first);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AcceptedStep_LowersEnough_AndIsFlatEnough(string name, double first)
    {
        (double Value, double Slope) at(double t)
        {
            (Tensor value, Tensor slope, _) = Diff.ValueAndGrad(s_functions[name], Tensor.Scalar(t));
            return (value.ToScalar(), slope.ToScalar());
        }

        (double value, double slope) = at(0);
        var found = Search(name, new StrongWolfeSearch(Decrease, Curvature), (value, slope), first);

        Assert.NotNull(found);
        double t = found.Value.Point.State[0].ToScalar();
        Assert.True(t > 0);
        Assert.Equal(at(t).Value, found.Value.Point.Value, 1e-14 * Math.Abs(at(t).Value));
        Assert.True(found.Value.Point.Value <= value + (Decrease * t * slope), $"{name} from {first}: f({t}) = {found.Value.Point.Value}");
        Assert.True(Math.Abs(at(t).Slope) <= Curvature * Math.Abs(slope), $"{name} from {first}: the slope at {t} is {at(t).Slope}, and was {slope}");

        // three decades out or in by factors of ten, and then interpolation
        Assert.InRange(found.Value.Trials, 1, 15);
    }

    [Fact]
    public void NoStepThatLowers_IsNull() =>
        Assert.Null(Search("quadratic", new StrongWolfeSearch(Decrease, Curvature), (9, -6), 1, t => (t - 3).Square() + (100 * (t > 0).To(DType.Float64))));

    [Fact]
    public void Lbfgs_FollowsABentValley_ForLongerThanTheGradientGetsShorter()
    {
        // Rosenbrock's function in 20 unknowns: ‖∇f‖ has no new minimum for a hundred updates and more
        Objective<Tensor, Tensor> valley = Objective.From<Tensor, Tensor>(
            (w, _) => ((100 * (w[1..] - w[..^1].Square()).Square()) + (1 - w[..^1]).Square()).Sum());
        Tensor start = Tensor.From(Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? -1.2 : 1).ToArray());
        Solution<Tensor> found = valley.MinimizedBy(Minimizer.Lbfgs(10, 1e-8)).Solve(start, Tensor.Scalar(0));

        Assert.True(found.Report.Converged, found.Report.ToString());

        // and what looks for slower modes: conjugate gradients in 20 unknowns, which rounding delays
        Assert.InRange(found.Report.Products, found.Report.Iterations + 1, (1.3 * found.Report.Iterations) + (3 * 20));
    }

    private static (LinePoint Point, int Trials)? Search(
        string name, StrongWolfeSearch search, (double Value, double Slope) from, double first, Func<Tensor, Tensor>? function = null)
    {
        Objective<Tensor, Tensor> objective = Objective.From<Tensor, Tensor>((t, _) => (function ?? s_functions[name])(t));
        Tensor zero = Tensor.Scalar(0);
        InnerProblem problem = InnerProblem.Of(
            objective.Function, new BilevelPoint(objective.Function.FlattenState(zero), objective.Function.FlattenHyper(zero)));
        return search.Search(new SearchLine(problem, ([zero], from.Value, from.Slope), new LeafVector([Tensor.Scalar(1)])), first);
    }
}
