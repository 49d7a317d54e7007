namespace Hyperdiff.Tests.Hypergradients;

/// <summary>What forward, phantom and best-response results say of themselves.</summary>
public sealed class ForwardAndPhantomTests
{
    private static readonly FixedPointMap<Tensor, Tensor> s_map = FixedPointMap.From<Tensor, Tensor>((w, h) => (0.5 * w) + h, "Step");
    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, h) => w.Square().Sum() + h.Sum(), "Validate");

    [Fact]
    public void Forward_CountsProducts_AndHasNoGradientInTheStart()
    {
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Forward(5).Compute(Bilevel.Problem(s_map, s_outer), Tensor.Zeros([2]), Tensor.Ones([2]));

        Assert.True(g.Converged, g.ToString());

        // five evaluations, and in each of them a product for both hyperparameters
        Assert.Equal((5, 15L, 0L), (g.InnerReport.Iterations, g.InnerReport.Products, g.InnerReport.TransposedProducts));
        Assert.False(g.ReachesStart);
        Assert.Equal(
            "There is no gradient in the initial state: derivatives in λ alone travel forward; Hypergradient.Reverse goes back to the start.",
            Assert.Throws<InvalidOperationException>(() => g.WithRespectToStart).Message);
    }

    [Fact]
    public void Forward_AgreesWithReverse_OnStructures()
    {
        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        FixedPointMap<(Tensor, Tensor), (Tensor, Tensor)> map = FixedPointMap.From<(Tensor, Tensor), (Tensor, Tensor)>(
            (w, h) => ((0.4 * w.Item1.Tanh()) + h.Item1, (0.3 * w.Item2) + (h.Item2 * w.Item1.Sum())), state: pair, hyper: pair);
        Objective<(Tensor, Tensor), (Tensor, Tensor)> outer = Objective.From<(Tensor, Tensor), (Tensor, Tensor)>(
            (w, h) => w.Item1.Square().Sum() + w.Item2.Square().Sum() + h.Item2.Sum(), state: pair, hyper: pair);
        (Tensor, Tensor) start = (Tensor.Ones([2]), Tensor.Ones([3]));
        (Tensor, Tensor) hyper = (Tensor.From([0.3, -0.2]), Tensor.From([0.1, 0.2, -0.4]));
        FixedPointProblem<(Tensor, Tensor), (Tensor, Tensor)> problem = Bilevel.Problem(map, outer);
        HypergradientResult<(Tensor, Tensor), (Tensor, Tensor)> forward = Hypergradient.Forward(6).Compute(problem, start, hyper);
        HypergradientResult<(Tensor, Tensor), (Tensor, Tensor)> reverse = Hypergradient.Reverse(6).Compute(problem, start, hyper);

        Assert.True(forward.Converged && reverse.Converged);

        // 6 steps of a few operations each, on numbers of order 1
        Assert.All(forward.Gradient.Item1.ToArray<double>().Zip(reverse.Gradient.Item1.ToArray<double>()),
            both => Assert.Equal(both.Second, both.First, 1e-14));
        Assert.All(forward.Gradient.Item2.ToArray<double>().Zip(reverse.Gradient.Item2.ToArray<double>()),
            both => Assert.Equal(both.Second, both.First, 1e-14));
    }

    [Fact]
    public void ForwardOfNoSteps_IsTheDirectPart()
    {
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Forward(0).Compute(Bilevel.Problem(s_map, s_outer), Tensor.From([1.0, 2]), Tensor.Zeros([2]));

        Assert.True(g.Converged, g.ToString());
        Assert.Equal([1.0, 1], g.Gradient.ToArray<double>());
    }

    [Fact]
    public void Forward_WarnsOfUnusedHyperparameters_AndOfADivergingTrajectory()
    {
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, _) => 1.5 * w);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
        IterativeHypergradient<Tensor, Tensor> g = Hypergradient.Forward(9).Compute(Bilevel.Problem(map, outer), Tensor.Ones([2]), Tensor.Ones([1]));

        Assert.Equal([WarningKind.UnusedHyperparameter, WarningKind.DivergingTrajectory], g.Warnings.Select(warning => warning.Kind));
        Assert.Equal([0.0], g.Gradient.ToArray<double>());
    }

    [Fact]
    public void Phantom_WarnsOfWhatItLeftOut()
    {
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Phantom(3).Compute(Bilevel.Problem(s_map, s_outer), Tensor.Zeros([2]), Tensor.Ones([2]));

        Assert.True(g.Converged, g.ToString());
        HypergradientWarning warning = Assert.Single(g.Warnings);
        Assert.Equal(WarningKind.Truncated, warning.Kind);
        Assert.Contains("3 terms", warning.Message, StringComparison.Ordinal);

        // w* = 2 and g = 4, of which (½)³ is left
        Assert.Equal(0.5 * Math.Sqrt(2), g.AdjointReport.Residual, 1e-8);
    }

    [Fact]
    public void AdjointReport_OfASolverThatUsesBothSides_CountsBoth()
    {
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.Lsmr())
            .Compute(Bilevel.Problem(s_map, s_outer), Tensor.Zeros([2]), Tensor.Ones([2]));

        // A is (I − J)ᵀ: one update takes a product with it and two with its transpose, and one more gives the residual
        Assert.True(g.Converged, g.ToString());
        Assert.Equal((2L, 2L), (g.AdjointReport.Products, g.AdjointReport.TransposedProducts));
        Assert.StartsWith("adjoint, LSMR", g.AdjointReport.Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void AutoAdjoint_ThatFallsBack_WarnsOfIt_AndIsExact()
    {
        // a minimum in 40 directions and a saddle in one, which no probe meets: conjugate gradients meet it
        Tensor curvature = Tensor.From([-0.5, .. Enumerable.Range(0, 40).Select(i => 3 + (0.1 * i))]);
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * (curvature * w.Square()).Sum()) - (h * w).Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
        Tensor hyper = Tensor.Ones([41]);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(adjoint: LinearSolver.Auto())
            .Compute(Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg() with { ChecksCurvature = false }), outer), hyper / curvature, hyper);

        Assert.True(g.Converged, g.ToString());
        Assert.Equal(WarningKind.SolverFallback, Assert.Single(g.Warnings).Kind);
        Assert.Contains("MINRES took over", g.Warnings[0].Message, StringComparison.Ordinal);
        Assert.StartsWith("adjoint, auto (symmetric, positive along the probes; conjugate gradients: Breakdown), MINRES", g.AdjointReport.Solver,
            StringComparison.Ordinal);
        double[] exact = (1 / curvature).ToArray<double>();
        double[] actual = g.Gradient.ToArray<double>();

        // κ = 14 at a tolerance of 1e-10 relative to ‖1‖ = √41
        Assert.All(exact.Zip(actual), both => Assert.Equal(both.First, both.Second, 1e-8));
    }

    [Fact]
    public void BestResponse_OfAMinimum_IsExact_BothWays()
    {
        // f = ½ wᵀ diag(2, 4) w − h·w: w* = h / (2, 4)
        Tensor curvature = Tensor.From([2.0, 4]);
        Minimization<Tensor, Tensor> minimization =
            Objective.From<Tensor, Tensor>((w, h) => (0.5 * (curvature * w.Square()).Sum()) - (h * w).Sum()).MinimizedBy(Minimizer.NewtonCg());
        BestResponseJacobian<Tensor, Tensor> jacobian = BestResponse.At(minimization, Tensor.From([0.5, 0.5]), Tensor.From([1.0, 2]));

        Reported<Tensor> forwards = jacobian.Jvp(Tensor.From([1.0, 1]));
        Reported<Tensor> backwards = jacobian.Vjp(Tensor.From([1.0, 1]));

        Assert.True(Assert.Single(forwards.Reports).Converged && Assert.Single(backwards.Reports).Converged);
        Assert.All(forwards.Value.ToArray<double>().Zip([0.5, 0.25]), both => Assert.Equal(both.Second, both.First, 1e-10));
        Assert.All(backwards.Value.ToArray<double>().Zip([0.5, 0.25]), both => Assert.Equal(both.Second, both.First, 1e-10));
        Assert.StartsWith("tangent, conjugate gradients", forwards.Reports[0].Solver, StringComparison.Ordinal);
    }

    [Fact]
    public void BestResponse_OfAVectorOfAnotherShape_Throws()
    {
        BestResponseJacobian<Tensor, Tensor> jacobian = BestResponse.At(s_map, Tensor.Zeros([2]), Tensor.Zeros([2]));

        Assert.Throws<ShapeMismatchException>(() => jacobian.Jvp(Tensor.Ones([3])));
        Assert.Throws<ShapeMismatchException>(() => jacobian.Vjp(Tensor.Ones([3])));
    }
}
