namespace Hyperdiff.Tests.Networks;

public sealed class InitializersTests
{
    private const int Out = 200;
    private const int In = 300;

    private static readonly RandomKey s_key = RandomKey.FromSeed(5);

    [Fact]
    public void Deviations_AreThoseOfTheirSources()
    {
        AssertNormal(Math.Sqrt(2.0 / (In + Out)), Initializers.XavierNormal(s_key, [Out, In]));
        AssertNormal(3 * Math.Sqrt(2.0 / (In + Out)), Initializers.XavierNormal(s_key, [Out, In], 3));
        AssertNormal(Math.Sqrt(2.0 / In), Initializers.KaimingNormal(s_key, [Out, In]));
        AssertNormal(Math.Sqrt(1.0 / In), Initializers.LecunNormal(s_key, [Out, In]));
        AssertUniform(Math.Sqrt(6.0 / (In + Out)), Initializers.XavierUniform(s_key, [Out, In]));
        AssertUniform(Math.Sqrt(6.0 / In), Initializers.KaimingUniform(s_key, [Out, In]));
        AssertUniform(Math.Sqrt(3.0 / In), Initializers.LecunUniform(s_key, [Out, In]));
    }

    [Fact]
    public void AxesOfAKernel_MultiplyBothCounts()
    {
        AssertNormal(Math.Sqrt(2.0 / (9 * (20 + 30))), Initializers.XavierNormal(s_key, [30, 20, 3, 3]));
        AssertNormal(Math.Sqrt(2.0 / (9 * 20)), Initializers.KaimingNormal(s_key, [30, 20, 3, 3]));
    }

    [Fact]
    public void Weights_AreAFunctionOfTheKey()
    {
        Assert.Equal(Initializers.LecunUniform(s_key, [2, 3]).ToArray<double>(), Initializers.LecunUniform(s_key, [2, 3]).ToArray<double>());
        Assert.Equal(DType.Float32, Initializers.XavierNormal(s_key, [2, 3], dtype: DType.Float32).DType);
        Assert.Equal(new Shape(4, 2, 3), Initializers.XavierUniform(s_key.SplitBatch(4), [2, 3]).Shape);
    }

    [Fact]
    public void WrongArguments_ThrowNamingTheLayout()
    {
        Assert.Contains("[out, in, …] and not empty, not [3]", Assert.Throws<ShapeMismatchException>(() => Initializers.KaimingUniform(s_key, [3])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ShapeMismatchException>(() => Initializers.LecunNormal(s_key, [3, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializers.XavierUniform(s_key, [3, 2], 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializers.KaimingNormal(s_key, [3, 2], double.NaN));
        Assert.Throws<DTypeMismatchException>(() => Initializers.XavierNormal(s_key, [3, 2], 1, DType.Int32));
    }

    // five standard deviations: the mean square of n normal numbers varies by √(2/n), of uniform ones by √(0.8/n)
    private static void AssertNormal(double deviation, Tensor weights)
    {
        double ratio = weights.Square().Mean().ToScalar() / (deviation * deviation);
        Assert.InRange(ratio, 1 - (5 * Math.Sqrt(2.0 / weights.Count)), 1 + (5 * Math.Sqrt(2.0 / weights.Count)));
        Assert.True(weights.Abs().Max().ToScalar() > 3 * deviation);
    }

    private static void AssertUniform(double end, Tensor weights)
    {
        double ratio = weights.Square().Mean().ToScalar() / (end * end / 3);
        Assert.InRange(ratio, 1 - (5 * Math.Sqrt(0.8 / weights.Count)), 1 + (5 * Math.Sqrt(0.8 / weights.Count)));
        Assert.InRange(weights.Abs().Max().ToScalar(), 0.999 * end, end);
    }
}
