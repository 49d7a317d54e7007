namespace Hyperdiff.Tests.Randomness;

/// <summary>Draws from fixed seeds against their distributions. A correct generator fails a comparison with the probability of five standard deviations,
/// 6·10⁻⁷.</summary>
public sealed class DistributionTests
{
    private const int Count = 100_000;
    private const double Sigmas = 5;

    /// <summary>√(ln(2/p)/2) for the probability p of five standard deviations: √n times the distance of distribution functions exceeds it with that
    /// probability (Kolmogorov 1933).</summary>
    private const double KolmogorovBound = 2.75;

    private static readonly RandomKey s_key = RandomKey.FromSeed(20260731);

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void Uniform_HasItsDistribution(DType dtype)
    {
        double[] x = Numbers(s_key.Uniform([Count], -1, 3, dtype));

        AssertMoments(x, mean: 1, variance: 16.0 / 12, fourthMoment: 256.0 / 80);
        AssertDistribution(x, t => (t + 1) / 4);
        Assert.InRange(x.Min(), -1, -1 + (40.0 / Count));
        Assert.True(x.Max() < 3);
    }

    [Fact]
    public void Uniform_NeverGivesTheUpperEnd_AlsoWhereItIsRoundedTo()
    {
        // two numbers lie in the interval, the upper end is rounded to every fourth time
        double high = 1 + (2 * DType.Float64.Epsilon());
        double[] x = s_key.Uniform([1000], 1, high).ToArray<double>();

        Assert.Equal([1, 1 + DType.Float64.Epsilon()], x.Distinct().Order());
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void Normal_HasItsDistribution(DType dtype)
    {
        double[] x = Numbers(s_key.Normal([Count], dtype));

        AssertMoments(x, mean: 0, variance: 1, fourthMoment: 3);
        AssertDistribution(x, NormalDistribution);
    }

    [Fact]
    public void NormalAndGumbel_OfTheExtremeBits_AreFinite()
    {
        // seeds found by search, for float32; u = 0 and u = 1 − 2⁻⁵³ are too rare to be found: the same operations on them
        Tensor lowest = RandomKey.FromSeed(14620119).Uniform([1], DType.Float32);
        Tensor highest = RandomKey.FromSeed(10082300).Uniform([1], DType.Float32);
        Assert.Equal((0, 1 - Math.Pow(2, -24)), (lowest.ToScalar(), highest.ToScalar()));
        Assert.Equal(25 * Math.Log(2), RandomKey.FromSeed(14620119).Gumbel([1], DType.Float32).ToScalar(), 1e-5);
        Assert.Equal(-Math.Log(24 * Math.Log(2)), RandomKey.FromSeed(10082300).Gumbel([1], DType.Float32).ToScalar(), 1e-5);
        Assert.Equal(-RandomKey.FromSeed(10082300).Normal([1], DType.Float32).ToScalar(), RandomKey.FromSeed(14620119).Normal([1], DType.Float32).ToScalar());
        foreach ((DType dtype, double end) in new[] { (DType.Float64, 8.3), (DType.Float32, 5.5) })
        {
            double step = dtype.Epsilon() / 2;
            Tensor u = Tensor.From([0, 1 - step]).To(dtype);
            double[] x = Numbers(Math.Sqrt(2) * ((2 * u) - (1 - step)).ErfInv());
            Assert.Equal(-x[0], x[1]);
            Assert.InRange(x[1], end - 0.2, end);
        }
    }

    [Theory]
    [InlineData(-1, 2)]
    [InlineData(double.NegativeInfinity, 0.5)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(3, 4)]
    [InlineData(-4, -3)]
    [InlineData(-9, double.PositiveInfinity)]
    public void TruncatedNormal_HasItsDistribution(double low, double high)
    {
        double[] x = Numbers(s_key.TruncatedNormal([Count], low, high));
        (double a, double b) = (NormalDistribution(low), NormalDistribution(high));

        Assert.All(x, t => Assert.InRange(t, low, high));
        AssertDistribution(x, t => (NormalDistribution(t) - a) / (b - a));
    }

    [Fact]
    public void TruncatedNormal_FarInTheTail_HasTheExponentialDistributionOfTheTail()
    {
        // for x = 30 + e/30 the density is e^(−e) up to e²/1800
        double[] x = Numbers(s_key.TruncatedNormal([Count], 30, double.PositiveInfinity));
        double mean = x.Average(t => (t - 30) * 30);

        Assert.InRange(mean, 1 - (2.0 / 900) - (Sigmas / Math.Sqrt(Count)), 1 + (Sigmas / Math.Sqrt(Count)));
        Assert.True(x.Min() >= 30);
    }

    [Theory]
    [InlineData(DType.Float64)]
    [InlineData(DType.Float32)]
    public void Gumbel_HasItsDistribution(DType dtype)
    {
        double[] x = Numbers(s_key.Gumbel([Count], dtype));

        // Euler's constant; π²/6; the fourth central moment is (kurtosis 5.4) times the square of the variance
        AssertMoments(x, mean: 0.5772156649015329, variance: Math.PI * Math.PI / 6, fourthMoment: 5.4 * Math.Pow(Math.PI * Math.PI / 6, 2));
        AssertDistribution(x, t => Math.Exp(-Math.Exp(-t)));
    }

    [Fact]
    public void Bernoulli_HasItsProbabilities_AndTheEndsAreCertain()
    {
        AssertCount(0.3, Numbers(s_key.Bernoulli([Count], 0.3)).Sum());
        Assert.Equal(0, Numbers(s_key.Bernoulli([Count], 0)).Sum());
        Assert.Equal(Count, Numbers(s_key.Bernoulli([Count], 1)).Sum());

        Tensor p = Tensor.From([0, 0.2, 1]).BroadcastTo([Count, 3]);
        double[] counts = Numbers(s_key.Bernoulli(p).To(DType.Float64).Sum(0));
        Assert.Equal((0, Count), (counts[0], counts[2]));
        AssertCount(0.2, counts[1]);
    }

    [Fact]
    public void Categorical_HasTheProbabilitiesOfTheSoftmax()
    {
        Tensor logits = Tensor.From([1.0, -1.0, double.NegativeInfinity, 1001.0 - 1000]);
        double[] p = logits.Softmax().ToArray<double>();
        int[] drawn = s_key.Categorical(logits, [Count]).ToArray<int>();

        for (int i = 0; i < 4; i++)
        {
            AssertCount(p[i], drawn.Count(item => item == i));
        }

        Assert.Equal(new Shape(7, 2), s_key.Categorical(Tensor.Zeros([2, 5], DType.Float32), [7]).Shape);
    }

    [Fact]
    public void Permutation_HoldsEveryNumberOnce_AndEveryOrderIsEquallyLikely()
    {
        Assert.Equal(Enumerable.Range(0, 1000), s_key.Permutation(1000).ToArray<int>().Order());
        Assert.Equal(new Shape(0), s_key.Permutation(0).Shape);

        int[][] orders = [.. s_key.SplitBatch(Count).Permutation(3).ToArray<int>().Chunk(3)];
        int[] counts = [.. orders.GroupBy(order => string.Join(' ', order)).Select(group => group.Count())];
        Assert.Equal(6, counts.Length);
        Assert.All(counts, count => AssertCount(1.0 / 6, count));
    }

    [Fact]
    public void Integers_AreEquallyLikely_AndReachBothEnds()
    {
        int[] drawn = s_key.Integers([Count], -3, 4).ToArray<int>();

        Assert.All(Enumerable.Range(-3, 7), i => AssertCount(1.0 / 7, drawn.Count(item => item == i)));
        AssertCount(0.5, s_key.Integers([Count], int.MinValue, int.MaxValue).ToArray<int>().Count(item => item < 0));
        Assert.Equal([7], s_key.Integers([20], 7, 8).ToArray<int>().Distinct());
    }

    [Fact]
    public void DrawsFromRelatedKeys_AreNotCorrelated()
    {
        RandomKey[] keys = s_key.Split(2);
        Tensor[] draws = [s_key.Normal([Count]), keys[0].Normal([Count]), keys[1].Normal([Count]), s_key.Fold(0).Normal([Count]),
            s_key.Fold(1).Normal([Count])];

        for (int i = 0; i < draws.Length; i++)
        {
            // neighbors within a draw, and the same places of two draws: products of independent numbers have mean 0 and variance 1
            AssertMean(Numbers(draws[i][..^1] * draws[i][1..]), 0, 1);
            for (int j = 0; j < i; j++)
            {
                AssertMean(Numbers(draws[i] * draws[j]), 0, 1);
            }
        }
    }

    [Fact]
    public void WrongParameters_ThrowNamingThem()
    {
        Assert.Contains("Integers", Assert.Throws<DTypeMismatchException>(() => s_key.Uniform([2], DType.Int32)).Message, StringComparison.Ordinal);
        Assert.Throws<DTypeMismatchException>(() => s_key.Normal([2], DType.Bool));
        Assert.Throws<DTypeMismatchException>(() => s_key.Gumbel([2], DType.Int32));
        Assert.Throws<DTypeMismatchException>(() => s_key.TruncatedNormal([2], 0, 1, DType.Int32));
        Assert.Contains("[3, 1)", Assert.Throws<ArgumentException>(() => s_key.Uniform([2], 3, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => s_key.Uniform([2], 1, 1));
        Assert.Throws<ArgumentException>(() => s_key.Uniform([2], double.NaN, 1));
        Assert.Throws<ArgumentException>(() => s_key.Uniform([2], double.MinValue, double.MaxValue));
        Assert.Throws<ArgumentException>(() => s_key.Uniform([2], 1, 1 + 1e-10, DType.Float32));
        Assert.Contains("from 2 to 1", Assert.Throws<ArgumentException>(() => s_key.TruncatedNormal([2], 2, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("37", Assert.Throws<ArgumentException>(() => s_key.TruncatedNormal([2], 40, 41)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => s_key.Bernoulli([2], -0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_key.Bernoulli([2], double.NaN));
        Assert.Contains("from -0.5 to 0.5", Assert.Throws<ArgumentOutOfRangeException>(() => s_key.Bernoulli(Tensor.From([-0.5, 0.5]))).Message,
            StringComparison.Ordinal);
        Assert.Throws<DTypeMismatchException>(() => s_key.Bernoulli(Tensor.Arange(2)));
        Assert.Throws<DTypeMismatchException>(() => s_key.Categorical(Tensor.Arange(2)));
        Assert.Contains("[2, 0]", Assert.Throws<ShapeMismatchException>(() => s_key.Categorical(Tensor.Ones([2, 0]))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => s_key.Categorical(Tensor.Scalar(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => s_key.Permutation(-1));
        Assert.Contains("from 4 to below 4", Assert.Throws<ArgumentOutOfRangeException>(() => s_key.Integers([2], 4, 4)).Message, StringComparison.Ordinal);
    }

    private static double NormalDistribution(double x) => Tensor.Scalar(-x * Math.Sqrt(0.5)).Erfc().ToScalar() / 2;

    private static double[] Numbers(Tensor tensor) => tensor.To(DType.Float64).ToArray<double>();

    // the variance of n independent numbers' mean square distance is (μ₄ − σ⁴)/n
    private static void AssertMoments(double[] x, double mean, double variance, double fourthMoment)
    {
        AssertMean(x, mean, variance);
        AssertMean([.. x.Select(t => (t - mean) * (t - mean))], variance, fourthMoment - (variance * variance));
    }

    private static void AssertMean(double[] x, double mean, double variance)
    {
        double sigma = Math.Sqrt(variance / x.Length);
        Assert.InRange(x.Average(), mean - (Sigmas * sigma), mean + (Sigmas * sigma));
    }

    private static void AssertCount(double probability, double count)
    {
        double sigma = Math.Sqrt(Count * probability * (1 - probability));
        Assert.InRange(count, (Count * probability) - (Sigmas * sigma), (Count * probability) + (Sigmas * sigma));
    }

    private static void AssertDistribution(double[] x, Func<double, double> distribution)
    {
        double[] sorted = [.. x.Order()];
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double expected = distribution(sorted[i]);
            distance = Math.Max(distance, Math.Max(expected - ((double)i / sorted.Length), ((i + 1.0) / sorted.Length) - expected));
        }

        Assert.True(distance * Math.Sqrt(sorted.Length) <= KolmogorovBound, $"distance {distance * Math.Sqrt(sorted.Length)}/√n");
    }
}
