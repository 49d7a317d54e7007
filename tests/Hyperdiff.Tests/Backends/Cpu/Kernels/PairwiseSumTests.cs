using Hyperdiff.Backends.Cpu.Kernels;

namespace Hyperdiff.Tests.Backends.Cpu.Kernels;

public sealed class PairwiseSumTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(511)]
    [InlineData(513)]
    [InlineData(100_003)]
    public void Of_AnyLength_IsWithinTheBoundOfItsDepth(int length)
    {
        var random = new Random(length);
        double[] x = [.. Enumerable.Range(0, length).Select(_ => (random.NextDouble() - 0.3) * Math.Pow(10, random.Next(-3, 4)))];
        decimal exact = x.Sum(value => (decimal)value);
        double magnitude = x.Sum(Math.Abs);

        double sum = PairwiseSum.Of<double>(x);
        float single = PairwiseSum.Of<float>([.. x.Select(value => (float)value)]);

        // an element passes through 16 + 2 + log2(lanes) additions in its block, at most lanes in the rest, and one for each level of blocks
        double depth = 40 + Math.Log2(Math.Max(1, length));
        Assert.True(Math.Abs((double)((decimal)sum - exact)) <= depth * Math.Pow(2, -53) * magnitude);
        Assert.True(Math.Abs(single - (double)exact) <= (depth + 1) * Math.Pow(2, -24) * magnitude);
    }

    [Fact]
    public void Of_AMillionEqualNumbers_IsFarBetterThanOneByOne()
    {
        float[] x = [.. Enumerable.Repeat(0.1f, 1 << 20)];

        float sum = PairwiseSum.Of<float>(x);

        Assert.Equal(0.1f * (1 << 20), sum, (1 << 20) * 0.1f * 20 * Math.Pow(2, -24));
        Assert.True(Math.Abs(x.Aggregate((a, b) => a + b) - (0.1 * (1 << 20))) > 100, "adding one by one is what this must be better than");
    }

    [Fact]
    public void Of_SpansAtAnyAddress_HasTheSameBits()
    {
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, 5000).Select(_ => random.NextDouble())];
        double expected = PairwiseSum.Of<double>(x);
        for (int offset = 1; offset < 16; offset++)
        {
            double[] moved = [.. new double[offset], .. x];
            Assert.Equal(expected, PairwiseSum.Of<double>(moved.AsSpan(offset)));
        }
    }
}
