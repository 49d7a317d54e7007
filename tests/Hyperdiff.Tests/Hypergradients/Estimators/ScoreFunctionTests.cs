using Hyperdiff.Fixtures.Problems;

namespace Hyperdiff.Tests.Hypergradients.Estimators;

/// <summary>The score function: without bias whatever the baseline, with standard errors that are right.</summary>
public sealed class ScoreFunctionTests
{
    private const int Samples = 2000;

    // a Gaussian's mean and standard errors: three of them cover 99.7 %; seeds are fixed
    private const double Sigmas = 3;

    private static readonly Tensor s_mean = Tensor.From([0.5, -1]);

    // c ⊙ softmax: every logit matters
    private static readonly Tensor s_cost = Tensor.From([3.0, -1, 0.5]);
    private static readonly ExpectationProblem<Tensor, Tensor> s_categorical = Bilevel.Problem(
        RandomProcess.From((key, logits) => key.Categorical(logits), PureObjective.Of((x, logits) => logits.LogSoftmax(-1).Take(x, 0))),
            PureObjective.Of((x, _) => s_cost.Take(x, 0)));

    private static readonly int[] s_seeds = [1, 1, 2];
    private static readonly float[] s_picked = [0, 1];

    public static TheoryData<double> Noises => [0.01, 0.1, 1];

    private static Baseline[] Baselines => [Baseline.None, Baseline.Constant(1.2), Baseline.MovingAverage(), Baseline.LeaveOneOut];

    [Theory]
    [MemberData(nameof(Noises))]
    public void GaussianSampler_HasNoBias_WithAnyBaseline(double sigma)
    {
        // ℓ = E[‖x‖² + s·x λ₀ + λ₁³] = ‖λ‖² + 2σ² + 3 λ₀ (λ₀ + λ₁) + λ₁³
        ExpectationProblem<Tensor, Tensor> problem = Gaussian(sigma, (x, h) => x.Square().Sum() + (3 * h[0] * x.Sum()) + h[1].Pow(3));
        double[] exact = [1 + (6 * 0.5) - 3, -2 + (3 * 0.5) + 3];
        Assert.All(Baselines, baseline =>
        {
            EstimatedHypergradient<ValueTuple, Tensor> g = Hypergradient.ScoreFunction(Samples, baseline)
                .Compute(problem, default, s_mean, new() { Key = RandomKey.FromSeed(11) });

            Assert.True(g.Converged, g.ToString());
            Assert.Equal(Samples, g.Samples);
            AssertWithin(exact, g);

            // ∇_λF has its own part: 3 Σx, and 3 λ₁²
            Assert.Equal(3, g.Direct[1].ToScalar(), 1e-12);
            Assert.Equal(3 * -0.5, g.Direct[0].ToScalar(), Sigmas * 3 * sigma * Math.Sqrt(2.0 / Samples));
        });
    }

    [Fact]
    public void CategoricalSampler_HasItsClosedForm()
    {
        // ∇ E[c] = p ⊙ (c − p·c)
        Tensor logits = Tensor.From([0.2, -0.4, 0.7]);
        Tensor p = logits.Softmax(-1);
        double[] exact = (p * (s_cost - (p * s_cost).Sum())).ToArray<double>();
        Assert.All(Baselines, baseline =>
            AssertWithin(exact, Hypergradient.ScoreFunction(Samples, baseline).Compute(s_categorical, default, logits, new() { Key = RandomKey.FromSeed(5) })));
    }

    [Fact]
    public void Baseline_LessensTheVariance_AndKeepsTheMean()
    {
        ExpectationProblem<Tensor, Tensor> problem = Gaussian(0.1, (x, _) => 10 + x.Square().Sum());
        EstimatedHypergradient<ValueTuple, Tensor> none = Compute(Baseline.None);
        Assert.All(Baselines[2..], baseline =>
        {
            EstimatedHypergradient<ValueTuple, Tensor> g = Compute(baseline);

            // F is 11.25 + O(σ): without a baseline the constant is noise
            Assert.InRange(g.StandardErrorNorm, 0, 0.1 * none.StandardErrorNorm);
            Assert.InRange((g.Gradient - none.Gradient).Norm().ToScalar(), 0, Sigmas * (none.StandardErrorNorm + g.StandardErrorNorm));
        });

        EstimatedHypergradient<ValueTuple, Tensor> Compute(Baseline baseline) =>
            Hypergradient.ScoreFunction(Samples, baseline).Compute(problem, default, s_mean, new() { Key = RandomKey.FromSeed(3) });
    }

    [Fact]
    public void StandardError_IsTheSpreadOfEstimates()
    {
        Tensor logits = Tensor.From([0.2, -0.4, 0.7]);
        EstimatedHypergradient<ValueTuple, Tensor>[] estimates =
            [.. Enumerable.Range(0, 200)
                .Select(i => Hypergradient.ScoreFunction(50).Compute(s_categorical, default, logits, new() { Key = RandomKey.FromSeed(100 + i) }))];
        Tensor stacked = Tensor.Stack(0, [.. estimates.Select(estimate => estimate.Gradient)]);
        double spread = Math.Sqrt((stacked - stacked.Mean(0)).Square().Sum().ToScalar() / 199);
        double said = Math.Sqrt(estimates.Average(estimate => estimate.StandardErrorNorm * estimate.StandardErrorNorm));

        // a variance from 200 values is known to √(2/199) = 10 %, a standard error to half of that; three times that, and 1/50 for leave-one-out
        Assert.InRange(said / spread, 1 - 0.17, 1 + 0.17);
    }

    [Fact]
    public void SameKey_GivesTheSameBits()
    {
        Tensor logits = Tensor.From([0.2, -0.4, 0.7]);
        double[][] gradients = [.. s_seeds.Select(
            seed => Hypergradient.ScoreFunction(20)
            .Compute(s_categorical, default, logits, new() { Key = RandomKey.FromSeed(seed) }).Gradient.ToArray<double>())];

        Assert.Equal(gradients[0], gradients[1]);
        Assert.NotEqual(gradients[0], gradients[2]);
    }

    /// <summary>One baseline overwritten between samples, or one that contains the sample itself.</summary>
    [Fact]
    public void Baselines_AreThoseOfEachSample()
    {
        double[] values = [1, 2, 6];

        Assert.Equal([0.0, 0, 0], Baseline.None.Of(values));
        Assert.Equal([4.0, 3.5, 1.5], Baseline.LeaveOneOut.Of(values));
        Assert.Equal([0.0, 1, 1.5], Baseline.MovingAverage(0.5).Of(values));
        Assert.Equal([7.0, 7, 7], Baseline.Constant(7).Of(values));
    }

    [Fact]
    public void Sampler_MayBeAnyCode()
    {
        // reads values and draws until it is satisfied: a geometric number of trials, with success probability λ; E[n] = 1/λ
        ExpectationProblem<Tensor, Tensor> problem = Bilevel.Problem(
            RandomProcess.From((RandomKey key, Tensor h) =>
            {
                int n = 1;
                while (key.Fold(n).Uniform([]).ToScalar() > h.ToScalar())
                {
                    n++;
                }

                return Tensor.Scalar(n);
            },
            PureObjective.Of((n, h) => h.Log() + ((n - 1) * (-h).Log1p()))),
            PureObjective.Of((n, _) => n));

        AssertWithin([-4.0], Hypergradient.ScoreFunction(Samples).Compute(problem, default, Tensor.Scalar(0.5), new() { Key = RandomKey.FromSeed(7) }));
    }

    [Fact]
    public void Structures_KeepTheirLeaves_InTheirElementTypes()
    {
        Tree<(Tensor, Tensor)> pair = Tree.Tuple(Tree.Tensor, Tree.Tensor);
        Tensor indices = Tensor.From([1]);
        ExpectationProblem<Tensor, (Tensor, Tensor)> problem = Bilevel.Problem(
            RandomProcess.From(
                (RandomKey key, (Tensor Mean, Tensor) h) => h.Mean + key.Normal([2], DType.Float32),
                Objective.From<Tensor, (Tensor Mean, Tensor)>((x, h) => -0.5 * (x - h.Mean).Square().Sum(), "log p", hyper: pair)),
            Objective.From<Tensor, (Tensor Mean, Tensor Index)>((x, h) => x.Take(h.Index, 0).Sum(), "pick", hyper: pair));
        EstimatedHypergradient<ValueTuple, (Tensor Mean, Tensor Index)> g = Hypergradient.ScoreFunction(500)
            .Compute(problem, default, (Tensor.From([0.5f, 1f]), indices), new() { Key = RandomKey.FromSeed(8) });

        Assert.Equal((DType.Float32, DType.Float32), (g.Gradient.Mean.DType, g.StandardError.Mean.DType));
        Assert.Equal([1], g.Gradient.Index.ToArray<int>());
        Assert.All(s_picked.Zip(g.Gradient.Mean.ToArray<float>(), g.StandardError.Mean.ToArray<float>()),
            item => Assert.Equal(item.First, item.Second, Sigmas * item.Third));
    }

    [Fact]
    public void NoiseAboveTheGradient_IsAWarning_AndSoIsAnUnusedHyperparameter()
    {
        EstimatedHypergradient<ValueTuple, Tensor> g = Hypergradient.ScoreFunction(10, Baseline.None)
            .Compute(Gaussian(0.01, (x, _) => 100 + x.Sum()), default, s_mean, new() { Key = RandomKey.FromSeed(1) });

        Assert.Equal(WarningKind.NoisyEstimate, Assert.Single(g.Warnings).Kind);
        Assert.Contains("standard error", g.ToString(), StringComparison.Ordinal);

        EstimatedHypergradient<ValueTuple, Tensor> unused = Hypergradient.ScoreFunction(10).Compute(
            Bilevel.Problem(RandomProcess.From((RandomKey key, Tensor _) => key.Normal([2]), PureObjective.Of((x, _) => -0.5 * x.Square().Sum())),
                PureObjective.Of((x, _) => x.Sum())), default, s_mean, new() { Key = RandomKey.FromSeed(1) });
        Assert.Equal(WarningKind.UnusedHyperparameter, Assert.Single(unused.Warnings).Kind);
        Assert.Equal([0.0, 0], unused.Gradient.ToArray<double>());
    }

    [Fact]
    public void ValueThatIsNotFinite_IsAStatus()
    {
        EstimatedHypergradient<ValueTuple, Tensor> g = Hypergradient.ScoreFunction(10)
            .Compute(Gaussian(1, (x, _) => x.Sum().Sqrt()), default, s_mean, new() { Key = RandomKey.FromSeed(1) });

        Assert.Equal(SolveStatus.NonFiniteIterate, g.EstimateReport.Status);
        Assert.Throws<SolveException>(g.EnsureConverged);
    }

    [Fact]
    public void Settings_AreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypergradient.ScoreFunction(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Baseline.Constant(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Baseline.MovingAverage(1));
        Assert.Throws<OperationCanceledException>(
            () => Hypergradient.ScoreFunction(2)
            .Compute(s_categorical, default, Tensor.Zeros([3]), new() { Key = RandomKey.FromSeed(1), Cancellation = new CancellationToken(true) }));
    }

    private static ExpectationProblem<Tensor, Tensor> Gaussian(double sigma, Func<Tensor, Tensor, Tensor> outer) => Bilevel.Problem(
        RandomProcess.From((key, h) => h + (sigma * key.Normal([2])), PureObjective.Of((x, h) => -0.5 * ((x - h) / sigma).Square().Sum())),
            PureObjective.Of(outer));

    private static void AssertWithin(double[] exact, EstimatedHypergradient<ValueTuple, Tensor> g)
    {
        double[] actual = g.Gradient.Reshape([exact.Length]).ToArray<double>();
        double[] error = g.StandardError.Reshape([exact.Length]).ToArray<double>();
        Assert.All(exact.Zip(actual, error), item => Assert.Equal(item.First, item.Second, Sigmas * item.Third));
    }
}
