namespace Hyperdiff.Tests.Hypergradients.Differences;

/// <summary>Products with the mixed derivative by differences, against the exact one: their order, and what they say of their errors.</summary>
public sealed class MixedProductTests
{
    // f = Σ exp(λᵢ) log cosh(wᵢ + λᵢ) + u·w: every derivative in w is bounded and not zero
    private static readonly Objective<Tensor, Tensor> s_objective = Objective.From<Tensor, Tensor>(
        (w, h) => (h.Exp() * (w + h).Cosh().Log()).Sum() + (w.Sum() * h.Square().Sum()), "Train");

    private static readonly Objective<Tensor, Tensor> s_outer = Objective.From<Tensor, Tensor>((w, _) => (w * Tensor.From([1.0, -2, 0.5])).Sum(), "Validate");

    private static readonly double[] s_radii = [0.08, 0.04, 0.02];

    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 20));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Extrapolation_IsWithinItsEstimate(int seed)
    {
        (Tensor exact, _) = Of(MixedProduct.Exact, seed);
        (Tensor product, MixedProductReport report) = Of(MixedProduct.Adaptive(), seed);
        (Tensor finer, MixedProductReport fine) = Of(MixedProduct.Adaptive(0), seed);

        Assert.Equal(SolveStatus.Converged, report.Status);
        Assert.InRange((product - exact).Norm().ToScalar(), 0, report.Error);
        Assert.InRange((finer - exact).Norm().ToScalar(), 0, fine.Error);

        // √ε, as it was asked for, with fewer gradients than the ten steps that a tolerance of 0 takes
        Assert.InRange(report.Truncation, 0, Math.Sqrt(DType.Float64.Epsilon()) * report.Norm);
        Assert.InRange(report.Gradients, 4, 12);
        Assert.Equal(20, fine.Gradients);
        Assert.False(report.IsLost, $"seed {seed}: {report}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void CentralDifference_IsOfSecondOrder(int seed)
    {
        (Tensor exact, _) = Of(MixedProduct.Exact, seed);
        double[] errors = [.. s_radii.Select(radius => (Of(MixedProduct.CentralDifference(radius), seed).Product - exact).Norm().ToScalar())];

        // c ε² + c′ε⁴: the ratio is 4 up to a part (c′/c) ε² of it
        Assert.InRange(errors[0] / errors[1], 4 - 0.1, 4 + 0.1);
        Assert.InRange(errors[1] / errors[2], 4 - 0.025, 4 + 0.025);
    }

    [Fact]
    public void Step_IsTheRadiusOverTheNormOfTheWhole()
    {
        // ‖g‖ = ‖(1, −2, ½)‖, whatever the leaves; a single difference cannot tell its truncation
        (_, MixedProductReport report) = Of(MixedProduct.CentralDifference(0.02), 1);

        Assert.Equal(0.02 / Math.Sqrt(5.25), report.Step, 1e-17);
        Assert.Equal((double.NaN, 2), (report.Truncation, report.Gradients));
        Assert.True(report.Rounding > 0 && report.Rounding < 1e-12, report.ToString());
        Assert.Contains("truncation not estimated", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Float32_HasAnEstimateOfItsOwnPrecision()
    {
        Objective<Tensor, Tensor> single = Objective.From<Tensor, Tensor>((w, h) => (h.Exp() * (w + h).Cosh().Log()).Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Square().Sum());
        (Tensor w, Tensor h) = (Tensor.From([0.4f, -1.2f, 0.7f]), Tensor.From([0.1f, 0.5f, -0.3f]));
        Tensor exact = Darts(MixedProduct.Exact).Indirect;
        DartsHypergradient<Tensor, Tensor> g = Darts(MixedProduct.Adaptive());

        Assert.Equal(DType.Float32, g.Gradient.DType);
        Assert.InRange(g.Product.Error / g.Product.Norm, 1e-8, 1e-3);
        Assert.InRange((g.Indirect - exact).Norm().ToScalar(), 0, g.Product.Error);

        DartsHypergradient<Tensor, Tensor> Darts(MixedProduct product) => Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End, product)
            .Compute(Bilevel.Problem(single.MinimizedBy(Minimizer.NewtonCg(maxIterations: 0)), outer), w, h);
    }

    [Fact]
    public void StateWhereADisplacementLeavesTheDomain_IsAStatus_AndExtrapolationFindsAStepWithin()
    {
        // √w is not defined at 0.001 − 0.01
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (h * w.Sqrt()).Sum());
        UnrolledProblem<Tensor, Tensor> problem = Bilevel.Problem(inner.Unroll(Optimizer.Sgd(1)), s_outer);
        (Tensor w, Tensor h) = (Tensor.From([0.001, 0.001, 0.001]), Tensor.Ones([3]));
        DartsHypergradient<Tensor, Tensor> single = Compute(MixedProduct.CentralDifference());
        DartsHypergradient<Tensor, Tensor> adaptive = Compute(MixedProduct.Adaptive());

        Assert.Equal(SolveStatus.NonFiniteIterate, single.Product.Status);
        Assert.False(single.Converged);
        Assert.Throws<SolveException>(single.EnsureConverged);
        Assert.True(adaptive.Converged, adaptive.ToString());
        Assert.InRange((adaptive.Indirect - Compute(MixedProduct.Exact).Indirect).Norm().ToScalar(), 0, adaptive.Product.Error);

        DartsHypergradient<Tensor, Tensor> Compute(MixedProduct product) =>
            Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End, product).Compute(problem, w, h);
    }

    [Fact]
    public void InfiniteAdjoint_IsAStatus()
    {
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sqrt().Sum());
        foreach (MixedProduct product in new[] { MixedProduct.Exact, MixedProduct.CentralDifference(), MixedProduct.Adaptive() })
        {
            DartsHypergradient<Tensor, Tensor> g = Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End, product)
                .Compute(Bilevel.Problem(s_objective.MinimizedBy(Minimizer.NewtonCg(maxIterations: 0)), outer), Tensor.Zeros([3]), Tensor.Ones([3]));

            Assert.Equal((SolveStatus.NonFiniteInput, false), (g.Product.Status, g.Converged));
        }
    }

    [Fact]
    public void Settings_AreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MixedProduct.CentralDifference(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => MixedProduct.CentralDifference(double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => MixedProduct.Adaptive(-1));
        Assert.Equal(MixedProduct.CentralDifference(), MixedProduct.CentralDifference(0.01));
    }

    private static (Tensor Product, MixedProductReport Report) Of(MixedProduct product, int seed)
    {
        RandomKey[] keys = RandomKey.FromSeed(seed).Split(2);
        DartsHypergradient<Tensor, Tensor> g = Hypergradient.Darts(0, StepDerivative.Scaled(1), EvaluationPoint.End, product)
            .Compute(Bilevel.Problem(s_objective.MinimizedBy(Minimizer.NewtonCg(maxIterations: 0)), s_outer), keys[0].Normal([3]), 0.5 * keys[1].Normal([3]));
        return (-g.Indirect, g.Product);
    }
}
