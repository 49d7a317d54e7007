using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.LinearSolvers;

/// <summary>A random term of the Neumann series: its mean over the terms is the series.</summary>
public sealed class RandomTruncationTests
{
    private const int Terms = 6;
    private const double Rate = 0.4;

    // η Σ (I − ηA)ʲ: a few products of small numbers
    private const double Rounding = 1e-14;

    private static readonly Tensor s_curvature = Dense.Of(MatrixMaker.PositiveDefinite(new Random(9), 5, 0.5, 2));

    private static readonly MinimizationProblem<Tensor, Tensor> s_problem = Bilevel.Problem(
        PureObjective.Of((w, h) => (0.5 * w.MatMul(s_curvature.MatMul(w))) - (h * w).Sum()).MinimizedBy(Minimizer.NewtonCg(1e-12)),
        PureObjective.Of((w, _) => (0.5 * w.Square().Sum()) + w.Sum()));

    private static readonly Tensor s_hyper = Tensor.From([1.0, -0.5, 0.3, 2, 0.1]);
    private static readonly Tensor s_minimum = s_problem.Inner.Solve(Tensor.Zeros([5]), s_hyper).EnsureConverged();

    [Fact]
    public void MeanOverAllTerms_IsTheTruncatedSeries()
    {
        // one key for every p that it can draw
        Dictionary<int, RandomKey> keys = [];
        for (int seed = 0; keys.Count < Terms; seed++)
        {
            RandomKey key = RandomKey.FromSeed(seed);
            keys.TryAdd(Compute(key).AdjointReport.Iterations, key);
        }

        Assert.Equal(Enumerable.Range(0, Terms), keys.Keys.Order());
        Tensor mean = keys.Values.Select(key => Compute(key).Gradient).Aggregate((sum, next) => sum + next) / Terms;
        Tensor series = Hypergradient.Phantom(Terms, Rate).Compute(s_problem, s_minimum, s_hyper).Gradient;
        Assert.InRange((mean - series).Norm().ToScalar() / series.Norm().ToScalar(), 0, Rounding);

        // and so from a start, to which the series adds its correction
        Tensor warm = Tensor.From([0.1, 0.2, 0.3, 0.4, 0.5]);
        Tensor corrected = keys.Values.Select(key => Compute(key, warm).Gradient).Aggregate((sum, next) => sum + next) / Terms;
        Tensor shifted = Hypergradient.Phantom(Terms, Rate).Compute(s_problem, s_minimum, s_hyper, new() { WarmStart = WarmStart.Of(warm) }).Gradient;
        Assert.InRange((corrected - shifted).Norm().ToScalar() / shifted.Norm().ToScalar(), 0, Rounding);
    }

    [Fact]
    public void MeanOverKeys_IsWithinThreeStandardErrors()
    {
        Tensor stacked = Tensor.Stack(0, [.. Enumerable.Range(0, 300).Select(i => Compute(RandomKey.FromSeed(5).Fold(i)).Gradient)]);
        Tensor series = Hypergradient.Phantom(Terms, Rate).Compute(s_problem, s_minimum, s_hyper).Gradient;
        double[] error = ((stacked - stacked.Mean(0)).Square().Sum(0) / (300.0 * 299)).Sqrt().ToArray<double>();

        Assert.All((stacked.Mean(0) - series).ToArray<double>().Zip(error), both => Assert.InRange(both.First, -3 * both.Second, 3 * both.Second));
    }

    [Fact]
    public void Draw_SaysWhatItIs()
    {
        ImplicitHypergradient<Tensor, Tensor> g = Compute(RandomKey.FromSeed(1));
        Tensor residual = g.State + 1 - s_curvature.MatMul(g.Adjoint);

        Assert.True(g.Converged, g.ToString());
        Assert.Equal(residual.Norm().ToScalar(), g.AdjointReport.Residual, 1e-12);
        Assert.Equal(g.AdjointReport.Iterations + 1, g.AdjointReport.TransposedProducts);
        HypergradientWarning warning = Assert.Single(g.Warnings);
        Assert.Equal(WarningKind.Truncated, warning.Kind);
        Assert.Contains("one random term of 6", warning.Message, StringComparison.Ordinal);
        Assert.Equal(g.Gradient.ToArray<double>(), Compute(RandomKey.FromSeed(1)).Gradient.ToArray<double>());
    }

    [Fact]
    public void Settings_AreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearSolver.RandomTruncation(0, 1, RandomKey.FromSeed(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinearSolver.RandomTruncation(1, 0, RandomKey.FromSeed(1)));
        Assert.Throws<ShapeMismatchException>(() => LinearSolver.RandomTruncation(1, 1, RandomKey.FromSeed(1).SplitBatch(2)));
    }

    private static ImplicitHypergradient<Tensor, Tensor> Compute(RandomKey key, Tensor? warm = null) =>
        Hypergradient.Implicit(adjoint: LinearSolver.RandomTruncation(Terms, Rate, key))
            .Compute(s_problem, s_minimum, s_hyper, new() { WarmStart = warm is null ? null : WarmStart.Of(warm) });
}
