namespace Hyperdiff.Tests.MultiLevels;

/// <summary>The code that <c>docs/methods.md</c> shows.</summary>
public sealed class MethodsPageTests
{
    [Fact]
    public void ProblemsOfSeveralLevels_ComputeWhatThePageSays()
    {
        (Tensor h0, Tensor w0, Tensor direction) = (Tensor.Scalar(0.3), Tensor.Scalar(0), Tensor.Scalar(1));

        Level<Tensor> penalty = Level.Of("penalty", h0), weights = Level.Of("weights", w0);
        MultiLevel problems = MultiLevel.Of(
            penalty.Minimizes((h, at) => Validate(at.Solution(weights), h)),
            weights.Minimizes((w, at) => Train(w, at.Parameters(penalty)), by: Minimizer.NewtonCg()));

        LevelGradient<Tensor> g = problems.Gradient(penalty);                            // value, gradient, every report by name, and where to go on from
        Tensor product = Diff.Hvp(problems.Loss(penalty), h0, direction);                // any derivative, in any mode
        Solution<Tensor> best = problems.Objective(penalty).MinimizedBy(Minimizer.NewtonCg()).Solve(h0, default);

        // w* = 2 / (1 + h), ℓ = (w* − 1)², ℓ' = −4 (w* − 1) / (1 + h)², ℓ'' = 8 (w* − 1) / (1 + h)³ + 8 / (1 + h)⁴; all solves are to 1e-10 or better
        double q = 1 / 1.3, w = 2 * q;
        Assert.Equal(-4 * (w - 1) * q * q, g.Gradient.ToScalar(), 1e-9);
        Assert.Equal((8 * (w - 1) * q * q * q) + (8 * q * q * q * q), product.ToScalar(), 1e-9);
        Assert.Equal(1, best.State.ToScalar(), 1e-9);
        Assert.True(best.Report.Converged);
    }

    private static Tensor Train(Tensor w, Tensor h) => (0.5 * (w - 2).Square()) + (0.5 * h * w.Square());

    private static Tensor Validate(Tensor w, Tensor h) => (w - 1).Square() + (0 * h);
}
