using Hyperdiff.Fixtures.Problems;
using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Tests.Hypergradients.Estimators;

/// <summary>Estimators from evaluations alone, at several displacements: without bias where they are said to have none.</summary>
public sealed class ZeroOrderTests
{
    private const int Samples = 1000;
    private const double Sigmas = 3;

    private static readonly double[] s_slope = [1, -2, 0.5];
    private static readonly Tensor s_hyper = Tensor.From([0.3, -0.2, 0.1]);

    private static readonly int[] s_seeds = [1, 1, 2];
    private static readonly float[] s_picked = [0, 1];

    public static TheoryData<double> Radii => [0.01, 0.1, 1];

    [Theory]
    [InlineData(0.01, ZeroOrderRule.Naive)]
    [InlineData(0.1, ZeroOrderRule.Naive)]
    [InlineData(1, ZeroOrderRule.Naive)]
    [InlineData(0.01, ZeroOrderRule.Forward)]
    [InlineData(0.1, ZeroOrderRule.Forward)]
    [InlineData(1, ZeroOrderRule.Forward)]
    [InlineData(0.01, ZeroOrderRule.Antithetic)]
    [InlineData(0.1, ZeroOrderRule.Antithetic)]
    [InlineData(1, ZeroOrderRule.Antithetic)]
    public void LinearFunction_HasNoBias(double sigma, ZeroOrderRule rule)
    {
        EstimatedHypergradient<ValueTuple, Tensor> g = Hypergradient.ZeroOrder(Samples, sigma, rule)
            .Compute(Bilevel.Problem<Tensor>(Linear), default, s_hyper, new() { Key = RandomKey.FromSeed(21) });

        Assert.True(g.Converged, g.ToString());
        AssertWithin(s_slope, g);

        // a factor of σ or 1/σ would be seen: with differences the noise does not depend on σ. Var = ‖c‖² (d + 1)/n
        if (rule != ZeroOrderRule.Naive)
        {
            Assert.Equal(Math.Sqrt(5.25 * 4 / Samples), g.StandardErrorNorm, 0.1 * Math.Sqrt(5.25 * 4 / Samples));
        }

        Assert.Equal(rule switch { ZeroOrderRule.Naive => Samples, ZeroOrderRule.Forward => Samples + 1, _ => 2 * Samples }, g.EstimateReport.Products);
        Assert.All(g.Direct.ToArray<double>(), direct => Assert.Equal(0, direct));
    }

    [Fact]
    public void QuadraticFunction_HasNoBiasEither()
    {
        // the smoothed function is off by a constant; even terms drop out of the antithetic rule
        EstimatedHypergradient<ValueTuple, Tensor> g = Hypergradient.ZeroOrder(Samples, 1)
            .Compute(Bilevel.Problem((Tensor h) => h.Square().Sum().ToScalar()), default, s_hyper, new() { Key = RandomKey.FromSeed(2) });

        AssertWithin([0.6, -0.4, 0.2], g);
    }

    [Fact]
    public void RandomFunction_DrawsTheSameOnBothSides()
    {
        EstimatedHypergradient<ValueTuple, Tensor> quiet = Hypergradient.ZeroOrder(50, 0.1)
            .Compute(Bilevel.Problem<Tensor>(Linear), default, s_hyper, new() { Key = RandomKey.FromSeed(4) });
        foreach (ZeroOrderRule rule in new[] { ZeroOrderRule.Forward, ZeroOrderRule.Antithetic })
        {
            EstimatedHypergradient<ValueTuple, Tensor> noisy = Hypergradient.ZeroOrder(50, 0.1, rule)
                .Compute(Bilevel.Problem((Tensor h, RandomKey key) => Linear(h) + (1e3 * key.Normal([]).ToScalar())), default, s_hyper,
                new() { Key = RandomKey.FromSeed(4) });

            // what is left of 10³ is its rounding, over 2σ
            Assert.InRange((noisy.Gradient - quiet.Gradient).Norm().ToScalar(), 0, 1e-9);
        }
    }

    [Fact]
    public void SameKey_GivesTheSameBits()
    {
        double[][] gradients = [.. s_seeds.Select(
            seed => Hypergradient.ZeroOrder(5, 0.1)
            .Compute(Bilevel.Problem<Tensor>(Linear), default, s_hyper, new() { Key = RandomKey.FromSeed(seed) }).Gradient.ToArray<double>())];

        Assert.Equal(gradients[0], gradients[1]);
        Assert.NotEqual(gradients[0], gradients[2]);
    }

    [Theory]
    [MemberData(nameof(Radii))]
    public void Response_ThatIsLinear_HasNoBias_FromAnySolver(double radius)
    {
        // f = ½ wᵀA w − (B λ)·w: w* = A⁻¹B λ, and w_T is linear in λ as well
        var random = new Random(31);
        (Matrix<double> a, Matrix<double> b) = (MatrixMaker.PositiveDefinite(random, 4, 0.5, 2), MatrixMaker.Gaussian(random, 4, 3));
        (Tensor ta, Tensor tb) = (Dense.Of(a), Dense.Of(b));
        Objective<Tensor, Tensor> inner = PureObjective.Of((w, h) => (0.5 * w.MatMul(ta.MatMul(w))) - tb.MatMul(h).MatMul(w));
        Objective<Tensor, Tensor> outer = PureObjective.Of((w, h) => (0.5 * (w - 1).Square().Sum()) + (h * Tensor.From(s_slope)).Sum());
        Tensor start = Tensor.Zeros([4]);
        RandomKey key = RandomKey.FromSeed(6);
        ZeroOrderResponseMethod method = Hypergradient.ZeroOrderResponse(60, radius);
        MinimizationProblem<Tensor, Tensor> minimum = Bilevel.Problem(inner.MinimizedBy(Minimizer.NewtonCg(1e-12)), outer);
        UnrolledProblem<Tensor, Tensor> unrolled = Bilevel.Problem(inner.Unroll(Optimizer.Sgd(0.3, 0.5)), outer);
        EstimatedHypergradient<Tensor, Tensor> atMinimum = method.Compute(minimum, start, s_hyper, new() { Key = key });
        EstimatedHypergradient<Tensor, Tensor> afterSteps = Hypergradient.ZeroOrderResponse(60, radius, steps: 5)
            .Compute(unrolled, start, s_hyper, new() { Key = key });
        EstimatedHypergradient<Tensor, Tensor> byFunction = method.Compute(
            Bilevel.Problem((_, h) => Dense.Of(a.Solve(b * Dense.Vector(h))), outer), start, s_hyper, new() { Key = key });
        double[] implicitly = Hypergradient.Implicit(adjoint: LinearSolver.DenseCholesky()).Compute(minimum, start, s_hyper).Gradient.ToArray<double>();

        Assert.True(atMinimum.Converged && afterSteps.Converged && byFunction.Converged, $"{atMinimum}\n{afterSteps}\n{byFunction}");
        AssertWithin(implicitly, atMinimum);
        AssertWithin(implicitly, byFunction);
        AssertWithin(Hypergradient.Reverse(5).Compute(unrolled, start, s_hyper).Gradient.ToArray<double>(), afterSteps);

        // the direct part is exact, and the noise does not grow as 1/μ
        Assert.Equal(s_slope, atMinimum.Direct.ToArray<double>());
        Assert.Equal(byFunction.StandardErrorNorm, atMinimum.StandardErrorNorm, 1e-6 * byFunction.StandardErrorNorm);
        Assert.InRange(byFunction.StandardErrorNorm, 0, 0.5 * (Tensor.From(implicitly) - Tensor.From(s_slope)).Norm().ToScalar());
        Assert.Equal(61, byFunction.EstimateReport.Products);
    }

    [Fact]
    public void Response_OfAnUnsolvedMinimum_IsNotConverged()
    {
        // it begins at the minimum: only the runs around λ are not solved
        Objective<Tensor, Tensor> inner = Objective.From<Tensor, Tensor>((w, h) => (w - h).Square().Sum());
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
        EstimatedHypergradient<Tensor, Tensor> g = Hypergradient.ZeroOrderResponse(3, 0.1)
            .Compute(Bilevel.Problem(inner.MinimizedBy(Minimizer.GradientDescent(StepSize.Fixed(0.1), maxIterations: 2)), outer), s_hyper, s_hyper,
            new() { Key = RandomKey.FromSeed(1) });

        Assert.Equal(SolveStatus.MaxIterations, g.InnerReport.Status);
        Assert.False(g.Converged);
        Assert.Equal(2, g.Reports.Length);
    }

    [Fact]
    public void Response_OfAnotherShape_IsRefused()
    {
        Objective<Tensor, Tensor> outer = Objective.From<Tensor, Tensor>((w, _) => w.Sum());
        int calls = 0;
        Assert.Throws<ShapeMismatchException>(
            () => Hypergradient.ZeroOrderResponse(2, 0.1)
            .Compute(Bilevel.Problem((_, _) => Tensor.Ones([++calls]), outer), Tensor.Ones([1]), s_hyper, new() { Key = RandomKey.FromSeed(1) }));
    }

    [Fact]
    public void Structures_KeepTheirLeaves_InTheirElementTypes()
    {
        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        (Tensor, Tensor) hyper = (Tensor.From([1f, 2f]), Tensor.From([1]));
        EstimatedHypergradient<ValueTuple, (Tensor, Tensor)> g = Hypergradient.ZeroOrder(400, 0.5)
            .Compute(Bilevel.Problem(((Tensor, Tensor) h) => h.Item1.Take(h.Item2, 0).Sum().ToScalar(), pair), default, hyper,
            new() { Key = RandomKey.FromSeed(3) });

        Assert.Equal(DType.Float32, g.Gradient.Item1.DType);
        Assert.Equal([1], g.Gradient.Item2.ToArray<int>());
        Assert.All(s_picked.Zip(g.Gradient.Item1.ToArray<float>(), g.StandardError.Item1.ToArray<float>()),
            item => Assert.Equal(item.First, item.Second, Sigmas * item.Third));
    }

    [Fact]
    public void Settings_AreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.ZeroOrder(1, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.ZeroOrder(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.ZeroOrder(2, 0.1, (ZeroOrderRule)9));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.ZeroOrderResponse(1, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.ZeroOrderResponse(2, double.PositiveInfinity));
        Assert.Throws<OperationCanceledException>(
            () => Hypergradient.ZeroOrder(2, 0.1)
            .Compute(Bilevel.Problem<Tensor>(Linear), default, s_hyper, new() { Key = RandomKey.FromSeed(1), Cancellation = new CancellationToken(true) }));
    }

    private static double Linear(Tensor h) => (h * Tensor.From(s_slope)).Sum().ToScalar();

    private static void AssertWithin<TState>(double[] exact, EstimatedHypergradient<TState, Tensor> g) =>
        Assert.All(exact.Zip(g.Gradient.ToArray<double>(), g.StandardError.ToArray<double>()),
            item => Assert.Equal(item.First, item.Second, Sigmas * item.Third));
}
