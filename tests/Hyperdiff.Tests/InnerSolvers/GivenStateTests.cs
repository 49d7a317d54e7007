namespace Hyperdiff.Tests.InnerSolvers;

/// <summary>A state that is given, without an update, is judged by the error of the solution as any other: a residual says nothing by itself.</summary>
public sealed class GivenStateTests
{
    // one part of the condition barely resists: a residual of 1e-9 δ at a distance of δ
    private const double Slow = 1e-9;

    private static readonly Tensor s_slow = Tensor.From([1.0, Slow]);
    private static readonly Tensor s_hyper = Tensor.From([1.0, 2.0]);

    private static Objective<Tensor, Tensor> ObjectiveOf(Tensor weights) => Objective.From<Tensor, Tensor>((w, h) => 0.5 * (weights * (w - h).Square()).Sum());

    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => w.Square().Sum() + (0 * h.Sum()));

    private static FixedPointMap<Tensor, Tensor> MapOf(Tensor weights) => FixedPointMap.From<Tensor, Tensor>((w, h) => w - (0.5 * weights * (w - h)));

    private static RootCondition<Tensor, Tensor> ConditionOf(Tensor weights) => RootCondition.From<Tensor, Tensor>((w, h) => weights * (w - h));

    /// <summary>Every way to give a state, as the report of the state and the hypergradient there.</summary>
    private static readonly Dictionary<string, Func<Tensor, Tensor, (SolveReport Report, HypergradientResult<Tensor, Tensor>? Result)>> s_ways = new()
    {
        ["iteration"] = OfMap(FixedPoint.Iteration(maxIterations: 0)),
        ["damped"] = OfMap(FixedPoint.Damped(0.5, maxIterations: 0)),
        ["Anderson"] = OfMap(FixedPoint.Anderson(maxIterations: 0)),
        ["Broyden"] = OfMap(FixedPoint.Broyden(maxIterations: 0)),
        ["iteration alone"] = (w, a) => (MapOf(a).SolvedBy(FixedPoint.Iteration(maxIterations: 0)).Solve(w, s_hyper).Report, null),
        ["Newton-CG"] = OfMinimum(Minimizer.NewtonCg(maxIterations: 0)),
        ["L-BFGS"] = OfMinimum(Minimizer.Lbfgs(maxIterations: 0)),
        ["gradient descent"] = OfMinimum(Minimizer.GradientDescent(StepSize.Fixed(0.5), maxIterations: 0)),
        ["backtracking"] = OfMinimum(Minimizer.GradientDescent(StepSize.Backtracking(), maxIterations: 0)),
        ["Newton"] = OfRoot((c, _) => c.SolvedBy(Root.Newton(maxIterations: 0)), w => w),
        ["given function"] = OfRoot((c, at) => c.SolvedBy((_, _) => at), w => Tensor.From([7.0, 7.0])),
        ["given function, from nearby"] = OfRoot((c, at) => c.SolvedBy((_, _) => at), w => w + Tensor.From([1.0, 0])),
    };

    public static TheoryData<string> Ways => new(s_ways.Keys);

    [Theory]
    [MemberData(nameof(Ways))]
    public void Solution_IsConverged(string way)
    {
        (SolveReport report, HypergradientResult<Tensor, Tensor>? result) = s_ways[way](s_hyper, Tensor.From([1.0, 0.5]));
        Assert.True(report.Converged, report.ToString());
        Assert.DoesNotContain(result?.Warnings ?? [], warning => warning.Kind is WarningKind.UnknownError or WarningKind.InnerResidual);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void StateFarAlongASlowDirection_IsNotConverged(string way)
    {
        // the residual, 1e-9 times the distance, is below every tolerance for the last two
        foreach (double distance in new[] { 1, 1e-2, 1e-4 })
        {
            (SolveReport report, HypergradientResult<Tensor, Tensor>? result) = s_ways[way](s_hyper + Tensor.From([0, distance]), s_slow);
            Assert.False(report.Converged, report.ToString());
            Assert.True(!report.Error.IsEstimated || report.Error.High >= 0.9 * distance, report.ToString());
            Assert.False(result?.Converged ?? false, $"{result}");
        }
    }

    /// <summary>An adjoint that was cut off says nothing of ‖A⁻¹‖, and neither does one that is zero.</summary>
    [Fact]
    public void TruncatedAdjoint_IsNoMeasureOfTheError()
    {
        Objective<Tensor, Tensor> flat = Objective.From<Tensor, Tensor>((w, h) => (w - w.StopGradient()).Square().Sum() + h.Sum());
        (string Name, HypergradientMethod Method, Objective<Tensor, Tensor> Outer)[] all =
        [
            ("Neumann", Hypergradient.Implicit(LinearSolver.Neumann(5)), s_outer), ("phantom", Hypergradient.Phantom(3, 0.5), s_outer),
            ("one step", Hypergradient.OneStep(), s_outer), ("one update", Hypergradient.Implicit(LinearSolver.FixedPoint(0, maxIterations: 1)), s_outer),
            ("no gradient", Hypergradient.Implicit(), flat),
        ];
        foreach ((string name, HypergradientMethod method, Objective<Tensor, Tensor> outer) in all)
        {
            BilevelProblem<Tensor, Tensor> far = Bilevel.Problem(MapOf(s_slow).SolvedBy(FixedPoint.Iteration(maxIterations: 0)), outer);
            BilevelProblem<Tensor, Tensor> ordinary = Bilevel.Problem(MapOf(Tensor.From([1.0, 0.5])).SolvedBy(FixedPoint.Iteration(maxIterations: 0)), outer);
            Assert.False(method.Compute(far, s_hyper + Tensor.From([0, 1e-2]), s_hyper).Reports[0].Converged, name);
            Assert.True(method.Compute(ordinary, s_hyper, s_hyper).Reports[0].Converged, name);
        }
    }

    [Theory]
    [InlineData(1e-8)]
    [InlineData(1e-7)]
    public void ResidualRoundedToZero_IsNoProof(double distance)
    {
        // w + 1e-9 (h − w) is w to the last bit, though h is 1e-8 away
        FixedPointMap<Tensor, Tensor> drift = FixedPointMap.From<Tensor, Tensor>((w, h) => w + (Slow * (h - w)));
        foreach (FixedPointSolver by in new[] { FixedPoint.Iteration(), FixedPoint.Iteration(maxIterations: 0), FixedPoint.Damped(0.5) })
        {
            SolveReport report = drift.SolvedBy(by).Solve(Tensor.From([1 + distance]), Tensor.From([1.0])).Report;
            Assert.False(report.Converged, report.ToString());
            Assert.True(report.Error.High >= 0.9 * distance, report.ToString());
        }
    }

    [Fact]
    public void SlowPartBeneathAFastOne_IsSeen()
    {
        // the residual of the fast part is a thousand times that of the slow one
        Tensor at = s_hyper + Tensor.From([1e-11, 1e-5]);
        SolveReport report = s_ways["iteration"](at, s_slow).Report;
        Assert.False(report.Converged, report.ToString());
    }

    [Fact]
    public void SlowPartThatNoResidualShows_IsSeenByTheAdjoint()
    {
        // the residual falls by halves to 5e-13, the slow part of it, which is 1e-3 away
        ImplicitHypergradient<Tensor, Tensor> result = Hypergradient.Implicit(LinearSolver.Gmres())
            .Compute(Bilevel.Problem(MapOf(s_slow), s_outer), s_hyper + Tensor.From([1.0, 1e-3]), s_hyper);

        Assert.Contains(result.Warnings, warning => warning.Kind == WarningKind.UnknownError);

        // a step mends it as far as the rounding of the residual, two of ½ε‖w‖, over the slow part's share shows it
        double error = (result.State - s_hyper).Norm().ToScalar();
        Assert.True(error < DType.Float64.Epsilon() * s_hyper.Norm().ToScalar() / Slow, $"{error}, {result.InnerReport}");
    }

    [Fact]
    public void ToleranceOfZero_AsksForNoJudgement()
    {
        SolveReport report = MapOf(s_slow).SolvedBy(FixedPoint.Iteration(0, maxIterations: 0)).Solve(s_hyper + Tensor.From([0.1, 0]), s_hyper).Report;
        Assert.Equal((SolveStatus.MaxIterations, ErrorInterval.NotEstimated), (report.Status, report.Error));
    }

    private static Func<Tensor, Tensor, (SolveReport, HypergradientResult<Tensor, Tensor>?)> OfMap(FixedPointSolver by) => (w, a) =>
        Both(Hypergradient.Implicit(LinearSolver.Gmres()).Compute(Bilevel.Problem(MapOf(a).SolvedBy(by), s_outer), w, s_hyper));

    private static Func<Tensor, Tensor, (SolveReport, HypergradientResult<Tensor, Tensor>?)> OfMinimum(Minimizer by) => (w, a) =>
        Both(Hypergradient.Implicit(adjoint: LinearSolver.Gmres()).Compute(Bilevel.Problem(ObjectiveOf(a).MinimizedBy(by), s_outer), w, s_hyper));

    private static Func<Tensor, Tensor, (SolveReport, HypergradientResult<Tensor, Tensor>?)> OfRoot(
        Func<RootCondition<Tensor, Tensor>, Tensor, RootFinding<Tensor, Tensor>> by, Func<Tensor, Tensor> start) => (w, a) =>
        Both(Hypergradient.Implicit(adjoint: LinearSolver.Gmres()).Compute(Bilevel.Problem(by(ConditionOf(a), w), s_outer), start(w), s_hyper));

    private static (SolveReport, HypergradientResult<Tensor, Tensor>?) Both(ImplicitHypergradient<Tensor, Tensor> result) => (result.InnerReport, result);
}
