using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Hypergradients;

/// <summary>Conjugate gradients on a system that is not symmetric say so, whether or not they converge; on symmetric ones, however badly conditioned, they do
/// not.</summary>
public sealed class AsymmetryTests
{
    [Fact]
    public void ConjugateGradients_OnAMapThatIsNoGradientStep_Warn()
    {
        Contraction problem = Contraction.InNorm(5, 6, 2);
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.ConjugateGradient())
            .Compute(Bilevel.Problem(problem.Map.SolvedBy(FixedPoint.Iteration()), problem.Outer), problem.Start, problem.Hyper);

        HypergradientWarning warning = Assert.Single(g.Warnings, warning => warning.Kind == WarningKind.Asymmetry);
        Assert.Contains("use LinearSolver.Gmres", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConjugateGradients_WithinAWrapper_Warn_ButNotOnTheNormalEquations()
    {
        Contraction problem = Contraction.InNorm(5, 6, 2);
        bool Warns(LinearSolver adjoint) =>
            Hypergradient.Implicit(adjoint).Compute(Bilevel.Problem(problem.Map.SolvedBy(FixedPoint.Iteration()), problem.Outer), problem.Start, problem.Hyper)
            .Warnings.Any(warning => warning.Kind == WarningKind.Asymmetry);

        Assert.True(Warns(LinearSolver.BestIterate(LinearSolver.ConjugateGradient())));
        Assert.True(Warns(LinearSolver.Preconditioned(LinearSolver.ConjugateGradient())));
        Assert.True(Warns(LinearSolver.Ridge(LinearSolver.ConjugateGradient(), 0.1)));
        Assert.False(Warns(LinearSolver.Normal(LinearSolver.ConjugateGradient())));
        Assert.False(Warns(LinearSolver.Gmres()));
    }

    [Fact]
    public void ConjugateGradients_OnASlightlyAsymmetricMap_Warn_ThoughTheyConverge()
    {
        Tensor a = Tensor.From(new double[,] { { 0.5, 1e-6, 0 }, { 0, 0.3, 0 }, { 0, 0, 0.1 } });
        FixedPointMap<Tensor, Tensor> map = FixedPointMap.From<Tensor, Tensor>((w, h) => a.MatMul(w) + h);
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (w * Tensor.From([1.0, 2, 3])).Sum());
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit(LinearSolver.ConjugateGradient(1e-4))
            .Compute(Bilevel.Problem(map.SolvedBy(FixedPoint.Iteration()), outer), Tensor.Zeros([3]), Tensor.Ones([3]));

        Assert.True(g.Converged, g.ToString());
        Assert.Equal(WarningKind.Asymmetry, Assert.Single(g.Warnings).Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e3)]
    [InlineData(1e6)]
    public void ConjugateGradients_OnAMinimum_DoNotWarn_HoweverBadlyScaled(double condition)
    {
        Tensor curvature = Tensor.From([1, Math.Sqrt(condition), condition, 2]);
        Tensor mix = Tensor.From(new double[,] { { 1, 0.1, 0, 0 }, { 0.1, 1, 0.1, 0 }, { 0, 0.1, 1, 0.1 }, { 0, 0, 0.1, 1 } });
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * (curvature * mix.MatMul(w).Square()).Sum()) - (h * w).Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (w * Tensor.From([1.0, 2, 3, 4])).Sum());
        ImplicitHypergradient<Tensor, Tensor> g = Hypergradient.Implicit()
            .Compute(Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([4]), Tensor.Ones([4]));

        Assert.DoesNotContain(g.Warnings, warning => warning.Kind == WarningKind.Asymmetry);
    }
}
