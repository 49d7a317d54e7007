namespace Hyperdiff.Tests.Hypergradients.Differences;

/// <summary>Differences take for constant what derivatives take for constant: stopped gradients.</summary>
public sealed class StoppedGradientTests
{
    // differences of functions that are smooth around numbers near 1: the cube root of the rounding of two gradients
    private const double Accuracy = 1e-6;

    private static readonly Tensor s_w = Tensor.From([0.4, -0.9]);
    private static readonly Tensor s_h = Tensor.From([0.7, 1.3]);

    private static Dictionary<string, Func<Tensor, Tensor, Tensor>> Objectives => new()
    {
        ["of w"] = (w, h) => (0.5 * w.Square().Sum()) - (h * w * w.StopGradient()).Sum(),
        ["of λ"] = (w, h) => (w.Square() * h * h.StopGradient()).Sum(),
        ["of both"] = (w, h) => (w.Square() * h * (w * h).StopGradient().Exp()).Sum(),
        ["one within another"] = (w, h) => (w * h * ((w * h.StopGradient()).StopGradient() + w)).Sum(),
        ["of a weight"] = (w, h) => ((-(w.Square() - h).Square()).StopGradient().Exp() * (w - h).Square()).Sum(),
        ["in a checkpoint"] = (w, h) => Diff.Checkpoint(((Tensor W, Tensor H) p) => (p.W.Square() * p.H * p.W.StopGradient()).Sum())((w, h)),
        ["in a loop"] = (w, h) => Loop.Iterate(3, (Tensor c) => (c * h * c.StopGradient()) + w, w).Square().Sum(),
        ["in a scan"] = (w, h) => Loop.Scan((Tensor c, Tensor row) => (c + (row * row.StopGradient() * c), c.Square()), Tensor.Scalar(1), w * h).Outputs.Sum(),
        ["in a batch"] = (w, h) => Diff.Vmap(((Tensor W, Tensor H) p) => p.W.Square() * p.H * p.W.StopGradient(), (w, h)).Sum(),
        ["in a derivative"] = (w, h) => (Diff.Grad(x => (x.Pow(3) * h * x.StopGradient()).Sum(), w) * h).Sum(),
        ["of a softmax, which does not depend on it"] = (w, h) => ((w * h).Softmax() * w).Sum(),
        ["of a norm, which does not depend on it"] = (w, h) => (w * h).Norm() * w.Sum(),
    };

    public static TheoryData<string> Names => [.. Objectives.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Differences_AgreeWithTheExactProduct(string name)
    {
        Tensor exact = Darts(MixedProduct.Exact);
        Assert.NotEqual(0, exact.Norm().ToScalar());
        foreach (MixedProduct product in new[] { MixedProduct.CentralDifference(1e-4), MixedProduct.Adaptive(1e-9) })
        {
            Tensor found = Darts(product);
            Assert.True((found - exact).Norm().ToScalar() <= Accuracy * (1 + exact.Norm().ToScalar()), $"{product}: {found} against {exact}");
        }

        // the minimizer does nothing, so that the product is taken at the given state
        Tensor Darts(MixedProduct product)
        {
            Objective<Tensor, Tensor> inner = Objective.From(Objectives[name]);
            Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => (w * Tensor.From([1.0, -0.5])).Sum());
            return Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End, product)
                .Compute(Bilevel.Problem(inner.Unroll(Optimizer.Sgd(0.1)), outer), s_w, s_h).Gradient;
        }
    }

    /// <summary>f = ½w² − h w sg(w) at w = 0.2: ∂²f/∂w∂h = −w where sg(w) is a constant, −2w where it is not; −Bᵀg is w.</summary>
    [Fact]
    public void TheProduct_IsThatOfTheConstant()
    {
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (0.5 * w.Square()) - (h * w * w.StopGradient()));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w);
        foreach (MixedProduct product in new[] { MixedProduct.Exact, MixedProduct.CentralDifference(), MixedProduct.Adaptive() })
        {
            DartsHypergradient<Tensor, Tensor> g = Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End, product)
                .Compute(Bilevel.Problem(inner.Unroll(Optimizer.Sgd(0.1)), outer), Tensor.Scalar(0.2), Tensor.Scalar(1));
            Assert.Equal(0.2, g.Gradient.ToScalar(), Accuracy);
        }
    }

    [Fact]
    public void WhatCannotBeHeld_IsRefused_WithARemedy()
    {
        Refused((w, h) => Loop.While(c => c.Square().Sum() < 9, c => 2 * c * c.StopGradient().Abs(), w * h, 5).Carry.Sum());
        Func<Tensor, Tensor> clipped = Diff.CustomCotangent((Tensor x) => x.Square(), (x, _, back) => back * x.Clamp(-0.5, 0.5));
        Refused((w, h) => Diff.Vmap(((Tensor W, Tensor H) p) => Inner(p.W, p.H), (w, h)).Sum());
        Refused((w, h) => Inner(w, h).Sum());
        Refused((w, h) => Diff.Vmap((Tensor x) => Loop.While(c => c < 9, c => c + 3 + (c * c.StopGradient()), x, 5).Carry, w * h).Sum());
        Refused((w, h) => (clipped(w) * h).Sum());
        Refused((w, h) => (Diff.CustomTangent((Tensor x) => x.Round(), (_, tangent) => tangent)(w) * h * w).Sum());
        Refused((w, h) => Loop.Iterate(2, c => clipped(c) * h, w).Sum());

        static Tensor Inner(Tensor w, Tensor h) => Argmin.Of(
            Objective.From<Tensor, Tensor>((y, p) => (y - (p * p.StopGradient())).Square().Sum()).MinimizedBy(Minimizer.NewtonCg()),
            Tensor.ZerosLike(w),
            w * h);

        static void Refused(Func<Tensor, Tensor, Tensor> f)
        {
            Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
            UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(Objective.From(f).Unroll(Optimizer.Sgd(0.1)), outer);
            Assert.True(Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End).Compute(problem, s_w, s_h).Converged);
            NotSupportedException exception = Assert.Throws<NotSupportedException>(
                () => Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End, MixedProduct.CentralDifference()).Compute(problem, s_w, s_h));
            Assert.Contains("MixedProduct.Exact", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ChecksHoldIt_Too()
    {
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>(
            (w, h) => (0.5 * (w - h).Square().Sum()) + (0.1 * (w * w.StopGradient() * h.StopGradient()).Sum()));
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, h) => (w.Square() * w.StopGradient()).Sum() + (h * h.StopGradient()).Sum());
        DerivativeCheck check = Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg()), outer).Check(Tensor.Zeros([2]), s_h);
        Assert.True(check.Passed, check.ToString());
    }

    [Fact]
    public void ZeroOrderResponses_RefuseIt()
    {
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => 0.5 * (w - (h * h.StopGradient())).Square().Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
        NotSupportedException exception = Assert.Throws<NotSupportedException>(() => Hypergradient.ZeroOrderResponse(4, 1e-3)
            .Compute(Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg()), outer), Tensor.Zeros([2]), s_h, new() { Key = RandomKey.FromSeed(5) }));
        Assert.Contains("Hypergradient.Implicit", exception.Message, StringComparison.Ordinal);
    }
}
