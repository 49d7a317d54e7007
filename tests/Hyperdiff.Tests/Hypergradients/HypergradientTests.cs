namespace Hyperdiff.Tests.Hypergradients;

/// <summary>What a hypergradient says of itself, and what it refuses.</summary>
public sealed class HypergradientTests
{
    private static readonly Tree<(Tensor, Tensor)> s_pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
    private static readonly FixedPointMap<Tensor, Tensor> s_map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h, "Step");
    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => w.Square().Sum() + h.Sum(), "Validate");

    [Fact]
    public void ZeroOuterGradient_GivesExactlyTheDirectPart()
    {
        Objective<Tensor, Tensor> direct = Objective.From<Tensor, Tensor>((w, h) => (0 * w.Sum()) + h.Square().Sum());
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Bilevel.Problem(s_map, direct), Tensor.Zeros([2]), Tensor.From([0.1, -0.3]));

        Assert.True(g.Converged, g.ToString());
        Assert.Equal([0.2, -0.6], g.Gradient.ToArray<double>());
        Assert.Equal([0.0, 0.0], g.Adjoint.ToArray<double>());
    }

    [Fact]
    public void UnusedHyperparameter_HasAZeroGradient_AndAWarningThatNamesIt()
    {
        FixedPointMap<Tensor, (Tensor, Tensor)> map = FixedPointMap.From<Tensor, (Tensor, Tensor)>((w, h) => (0.5 * w) + h.Item1, hyper: s_pair);
        Objective<Tensor, (Tensor, Tensor)> outer = Objective.From<Tensor, (Tensor, Tensor)>((w, _) => w.Square().Sum(), hyper: s_pair);
        ImplicitHypergradient<Tensor, (Tensor, Tensor)> g =
            Hypergradient.Implicit().Compute(Bilevel.Problem(map, outer), Tensor.Zeros([2]), (Tensor.Ones([2]), Tensor.Ones([3])));

        HypergradientWarning warning = Assert.Single(g.Warnings);
        Assert.Equal(WarningKind.UnusedHyperparameter, warning.Kind);
        Assert.StartsWith("λ.Item2 is used neither", warning.Message, StringComparison.Ordinal);
        Assert.Equal([0.0, 0, 0], g.Gradient.Item2.ToArray<double>());
    }

    [Fact]
    public void UnusedHyperparameter_IsReportedByReverseToo()
    {
        FixedPointMap<Tensor, (Tensor, Tensor)> map = FixedPointMap.From<Tensor, (Tensor, Tensor)>((w, h) => (0.5 * w) + h.Item1, hyper: s_pair);
        Objective<Tensor, (Tensor, Tensor)> outer = Objective.From<Tensor, (Tensor, Tensor)>((w, _) => w.Square().Sum(), hyper: s_pair);
        IterativeHypergradient<Tensor, (Tensor, Tensor)> g =
            Hypergradient.Reverse(5).Compute(Bilevel.Problem(map, outer), Tensor.Zeros([2]), (Tensor.Ones([2]), Tensor.Ones([3])));

        Assert.Equal(WarningKind.UnusedHyperparameter, Assert.Single(g.Warnings).Kind);
    }

    [Fact]
    public void DivergingInnerProblem_IsAStatus_AndEnsureConvergedThrowsTheTable()
    {
        FixedPointMap<Tensor, Tensor> growing = FixedPointMap.From<Tensor, Tensor>((w, h) => (1.7 * w) + h);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Bilevel.Problem(growing, s_outer), Tensor.Ones([2]), Tensor.Ones([2]));

        Assert.False(g.Converged);
        Assert.Equal(SolveStatus.Diverged, g.InnerReport.Status);
        Assert.Contains(g.Warnings, warning => warning.Kind == WarningKind.InnerResidual);
        SolveException exception = Assert.Throws<SolveException>(g.EnsureConverged);
        Assert.Contains("smaller step size", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DivergingTrajectory_IsAWarningOfReverse()
    {
        FixedPointMap<Tensor, Tensor> growing = FixedPointMap.From<Tensor, Tensor>((w, h) => (1.7 * w) + h);
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(20).Compute(Bilevel.Problem(growing, s_outer), Tensor.Ones([2]), Tensor.Ones([2]));

        Assert.Equal(WarningKind.DivergingTrajectory, Assert.Single(g.Warnings).Kind);
    }

    [Fact]
    public void NaN_InTheData_IsAStatus()
    {
        Tensor data = Tensor.From([1, double.NaN]);
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + (h * data));
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Bilevel.Problem(map, s_outer), Tensor.Zeros([2]), Tensor.Ones([2]));

        Assert.Equal(SolveStatus.NonFiniteInput, g.InnerReport.Status);
        Assert.Throws<SolveException>(g.EnsureConverged);
    }

    [Fact]
    public void NaN_InTheOuterObjective_IsAStatus()
    {
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (w - 5).Log().Sum());
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit().Compute(Bilevel.Problem(s_map, outer), Tensor.Zeros([2]), Tensor.Ones([2]));

        Assert.False(g.Converged);
        Assert.True(double.IsNaN(g.Value));
    }

    [Fact]
    public void TruncatedReverse_WarnsWhatWasLeftOut_AndHasNoGradientInTheStart()
    {
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(10, truncate: 3).Compute(Bilevel.Problem(s_map, s_outer), Tensor.Zeros([2]),
            Tensor.Ones([2]));

        Assert.Equal(WarningKind.Truncated, Assert.Single(g.Warnings).Kind);
        Assert.False(g.ReachesStart);
        Assert.Equal(
            "There is no gradient in the initial state: the last 3 of 10 steps were differentiated; leave out truncate to go back to the start.",
            Assert.Throws<InvalidOperationException>(() => g.WithRespectToStart).Message);
    }

    [Fact]
    public void Reverse_GivesTheGradientInTheStart()
    {
        // w_T = 2⁻ᵀ w₀ + …, so ∂F/∂w₀ = 2⁻ᵀ · 2 w_T
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(4).Compute(Bilevel.Problem(s_map, s_outer), Tensor.From([1.0, 2]), Tensor.Zeros([2]));

        Assert.Equal([2.0 / 256, 4.0 / 256], g.WithRespectToStart.ToArray<double>());
    }

    [Fact]
    public void ReverseOfNoSteps_IsTheDirectPart()
    {
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Reverse(0).Compute(Bilevel.Problem(s_map, s_outer), Tensor.From([1.0, 2]), Tensor.Zeros([2]));

        Assert.Equal([1.0, 1], g.Gradient.ToArray<double>());
        Assert.Equal([2.0, 4], g.WithRespectToStart.ToArray<double>());
    }

    [Fact]
    public void WarmStart_AtTheSolutions_NeedsNoUpdates()
    {
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(s_map.SolvedBy(FixedPoint.Iteration(1e-12)), s_outer);
        ImplicitMethod method = Hypergradient.Implicit(LinearSolver.FixedPoint(1e-12));
        ImplicitHypergradient<Tensor, Tensor> first = method.Compute(problem, Tensor.Zeros([2]), Tensor.Ones([2]));
        ImplicitHypergradient<Tensor, Tensor> second = method.Compute(problem, first.State, Tensor.Ones([2]), new() { WarmStart = first.WarmStart });

        Assert.Equal((0, 0), (second.InnerReport.Iterations, second.AdjointReport.Iterations));
        Assert.Equal(first.Gradient.ToArray<double>(), second.Gradient.ToArray<double>());
    }

    [Fact]
    public void WarmStart_OfAnotherShape_Throws_WithBoth()
    {
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() =>
            Hypergradient.Implicit()
                .Compute(Bilevel.Problem(s_map, s_outer), Tensor.Zeros([2]), Tensor.Ones([2]), new() { WarmStart = WarmStart.Of(Tensor.Zeros([3])) }));

        Assert.Contains("warm: leaf w is float64 [2] in one and float64 [3] in the other", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConjugateGradientAdjoint_AtASaddle_WarnsOfNegativeCurvature()
    {
        // the fixed point of a map whose I − J has a negative eigenvalue
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => (2 * w) - h);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.ConjugateGradient())
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration()), s_outer), Tensor.Ones([2]), Tensor.Ones([2]));

        Assert.Equal((SolveStatus.Converged, SolveStatus.Breakdown), (g.InnerReport.Status, g.AdjointReport.Status));
        Assert.Equal(WarningKind.NegativeCurvature, Assert.Single(g.Warnings).Kind);
    }

    [Fact]
    public void ShapesThatDoNotBroadcast_Throw_NamingBothAndTheArguments()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => w + h);
        ShapeMismatchException exception = Assert.Throws<ShapeMismatchException>(() =>
            Hypergradient.Implicit().Compute(Bilevel.Problem(map, s_outer), Tensor.Zeros([2]), Tensor.Ones([3])));

        Assert.Contains("[2]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("[3]", exception.Message, StringComparison.Ordinal);
        Assert.Contains("left: w, right: λ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EmptyHyperparameters_GiveAnEmptyGradient()
    {
        Tree<Tensor[]> none = Tree.Array(Tree.Tensor);
        FixedPointMap<Tensor, Tensor[]> map = FixedPointMap.From<Tensor, Tensor[]>((w, _) => (0.5 * w) + 1, hyper: none);
        Objective<Tensor, Tensor[]> outer = Objective.From<Tensor, Tensor[]>((w, _) => w.Sum(), hyper: none);
        ImplicitHypergradient<Tensor, Tensor[]> g = Hypergradient.Implicit().Compute(Bilevel.Problem(map, outer), Tensor.Zeros([2]), []);

        Assert.True(g.Converged, g.ToString());
        Assert.Empty(g.Gradient);
    }

    [Fact]
    public void MethodChosenAtRunTime_ComputesThroughTheBaseType()
    {
        FixedPointProblem<Tensor, Tensor> problem = Bilevel.Problem(s_map.SolvedBy(FixedPoint.Iteration(1e-14)), s_outer);
        HypergradientMethod[] methods = [Hypergradient.Implicit(LinearSolver.FixedPoint(1e-14)), Hypergradient.Reverse(60)];

        double[][] gradients = [.. methods.Select(method => method.Compute(problem, Tensor.Zeros([2]), Tensor.Ones([2])).Gradient.ToArray<double>())];

        // w* = 2λ: ∇ℓ = 1 + 2·2λ·2 = 9
        Assert.All(gradients, gradient => Assert.All(gradient, element => Assert.Equal(9, element, 1e-12)));
    }
}
