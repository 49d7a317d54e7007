namespace Hyperdiff.Tests.Hypergradients;

/// <summary>The code that <c>docs/methods.md</c> shows.</summary>
public sealed class MethodsPageTests
{
    [Fact]
    public void OneProblemOneMethodOneCall_ComputesWhatThePageSays()
    {
        Objective<Tensor, Tensor> objective = Objective.From<Tensor, Tensor>((w, h) => (0.5 * (w - 2).Square()) + (0.5 * h * w.Square()));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => 0.5 * w.Square());
        (Tensor w0, Tensor h, Tensor hNext) = (Tensor.Scalar(0), Tensor.Scalar(1), Tensor.Scalar(3));

        MinimizationProblem<Tensor, Tensor> problem = Bilevel.Problem(objective.MinimizedBy(Minimizer.NewtonCg()), outer);
        ImplicitMethod method = Hypergradient.Implicit();
        ImplicitHypergradient<Tensor, Tensor> g = method.Compute(problem, w0, h);
        ImplicitHypergradient<Tensor, Tensor> next = method.Compute(problem, g.State, hNext, new() { WarmStart = g.WarmStart });

        // w* = 2 / (1 + h), ℓ = ½ w*², ℓ' = −4 / (1 + h)³; solves are to 1e-10 or better
        Assert.Equal(-0.5, g.Gradient.ToScalar(), 1e-9);
        Assert.Equal(-1.0 / 16, next.Gradient.ToScalar(), 1e-9);
    }
}
