namespace Hyperdiff.Tests.Primitives;

public sealed class ElementwiseTests
{
    // a few units in the last place: the formulas have four roundings, each function at most one and a half more
    private const double Units = 8 * 2.22e-16;

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-12)]
    [InlineData(1e-6)]
    [InlineData(-1e-6)]
    [InlineData(-1e-12)]
    public void Expm1AndLog1p_NearZero_KeepAllDigits(double x)
    {
        // the series, of which three terms are exact here to the last digit
        double expm1 = x + (x * x / 2) + (x * x * x / 6);
        double log1p = x - (x * x / 2) + (x * x * x / 3);

        Assert.InRange(Tensor.Scalar(x).Expm1().ToScalar() / expm1, 1 - Units, 1 + Units);
        Assert.InRange(Tensor.Scalar(x).Log1p().ToScalar() / log1p, 1 - Units, 1 + Units);
    }

    [Theory]
    [InlineData(-0.999999)]
    [InlineData(-0.6)]
    [InlineData(-0.4)]
    [InlineData(0.7)]
    [InlineData(1.1)]
    [InlineData(3)]
    [InlineData(20)]
    public void Expm1AndLog1p_UndoEachOther(double x)
    {
        // the condition of either function multiplies the rounding of the other by at most x (1 + x) / ln(1 + x) … and by 1 / (1 + x) near −1
        double tolerance = Units * Math.Max(1, Math.Abs(x)) / Math.Min(1, 1 + x);

        Assert.InRange(Tensor.Scalar(x).Log1p().Expm1().ToScalar() - x, -tolerance, tolerance);
    }

    [Fact]
    public void Functions_AtTheEndsOfTheirDomains_AreTheirLimits()
    {
        var ends = Tensor.From([double.NegativeInfinity, -1, 0, double.PositiveInfinity, double.NaN]);

        Assert.Equal([-1, Math.Exp(-1) - 1, 0, double.PositiveInfinity, double.NaN], ends.Expm1().ToArray<double>(),
            (a, b) => a.Equals(b) || Math.Abs(a - b) <= Units);
        Assert.Equal([double.NaN, double.NegativeInfinity, 0, double.PositiveInfinity, double.NaN], ends.Log1p().ToArray<double>());
        Assert.Equal([double.NaN, double.NaN, 0, double.PositiveInfinity, double.NaN], ends.Sqrt().ToArray<double>());
        Assert.Equal([0, 1 / (1 + Math.E), 0.5, 1, double.NaN], ends.Sigmoid().ToArray<double>(), (a, b) => a.Equals(b) || Math.Abs(a - b) <= Units);
        Assert.Equal([-1, -1, 0, 1, double.NaN], ends.Sign().ToArray<double>());
        Assert.Equal([0, 0, 0, double.PositiveInfinity, double.NaN], ends.Relu().ToArray<double>());
        Assert.Equal([-1, -1, 0, 1, double.NaN], ends.Clamp(-1, 1).ToArray<double>());
        Assert.Equal([false, true, true, false, false], ends.IsFinite().ToArray<bool>());
        Assert.Equal([false, false, false, false, true], ends.IsNaN().ToArray<bool>());
    }

    [Fact]
    public void Comparisons_AreFalseForNaN_ExceptNotEqual()
    {
        var x = Tensor.From([1, 2, double.NaN]);

        Assert.Equal([true, false, false], (x < 2).ToArray<bool>());
        Assert.Equal([true, true, false], (x <= 2).ToArray<bool>());
        Assert.Equal([false, false, false], (x > 2).ToArray<bool>());
        Assert.Equal([false, true, false], (x >= 2).ToArray<bool>());
        Assert.Equal([false, true, false], x.Equal(2).ToArray<bool>());
        Assert.Equal([true, false, true], x.NotEqual(2).ToArray<bool>());
        Assert.Equal([false, true, false], (2 > x - 1 & 1 < x).ToArray<bool>());
        Assert.Equal([true, true, true], (x < 2 | !(x < 2)).ToArray<bool>());
    }

    [Fact]
    public void Where_BroadcastsAllThree()
    {
        Tensor mask = Tensor.From(new bool[,] { { true }, { false } });
        Tensor chosen = Tensor.Where(mask, Tensor.From([1.0, 2.0]), -1);

        Assert.Equal(new Shape(2, 2), chosen.Shape);
        Assert.Equal([1.0, 2, -1, -1], chosen.ToArray<double>());
    }

    [Fact]
    public void To_CutsTowardsZero_AndRefusesWhatInt32DoesNotHold()
    {
        var x = Tensor.From([-1.9, 1.9, 1e20, double.NaN, 0]);

        Assert.Equal([-1, 1, int.MaxValue, int.MinValue], Tensor.From([-1.9, 1.9, int.MaxValue + 0.9, int.MinValue - 0.9]).To(DType.Int32).ToArray<int>());
        Assert.All([1e20, -3e9, double.NaN, double.PositiveInfinity], y => Assert.Throws<OverflowException>(() => Tensor.From([1, y]).To(DType.Int32)));
        Assert.All([3e9, double.NaN], y => Assert.Throws<OverflowException>(() => Tensor.Full([2], y).To(DType.Int32)));
        Assert.Throws<OverflowException>(() => Diff.Grad(at => at * at.To(DType.Int32).To(DType.Float64), Tensor.Scalar(double.NaN)));
        Assert.Equal([true, true, true, true, false], x.To(DType.Bool).ToArray<bool>());
        Assert.Equal([1.0, 0.0], Tensor.From([true, false]).To(DType.Float64).ToArray<double>());
        Assert.Same(x, x.To(DType.Float64));
    }

    [Fact]
    public void Statistics_OfAKnownSample()
    {
        var x = Tensor.From(new double[,] { { 1, 2, 3, 4 }, { 2, 2, 2, 2 } });

        Assert.Equal([1.25, 0], x.Var(1).ToArray<double>());
        Assert.Equal([5.0 / 3, 0], x.Var(1, correction: 1).ToArray<double>());
        Assert.Equal([Math.Sqrt(1.25), 0], x.Std(1).ToArray<double>());
        Assert.Equal(2.25, x.Mean([0, 1]).ToScalar());
        Assert.Equal([Math.Sqrt(30), 4], x.Norm(1).ToArray<double>());
        Assert.Equal(new Shape(2, 1), x.Norm(1, keepAxis: true).Shape);
        Assert.Equal([1.0, 2.0], x.Min(1).ToArray<double>());
        Assert.Equal([3, 0], x.ArgMax(1).ToArray<int>());
        Assert.Equal([0, 0], x.ArgMin(1).ToArray<int>());
        Assert.Equal(5, x.Transpose().ArgMax().ToScalar() - 1);
        Assert.Equal(14, x[0, ..3].Dot(x[0, ..3]).ToScalar());
    }

    // no overload for another type of number may take a number that double takes with all its digits
    [Fact]
    public void Number_OfAnyTypeBesideATensor_KeepsItsDigits()
    {
        Tensor one = Tensor.Scalar(1), two = Tensor.Scalar(2);

        Assert.Equal(123456789, (one * 123456789).ToScalar());
        Assert.Equal(123456789, (one * 123456789L).ToScalar());
        Assert.Equal(4294967295, (one * 4294967295u).ToScalar());
        Assert.Equal(9007199254740991, (9007199254740991ul * one).ToScalar());
        Assert.Equal(16777218, (16777217L + one).ToScalar());
        Assert.Equal(-16777216, (one - 16777217L).ToScalar());
        Assert.Equal(1 / 16777217.0, (one / 16777217L).ToScalar());
        Assert.Equal((double)1.1f, (one * 1.1f).ToScalar());
        Assert.Equal(3, (one * (short)3).ToScalar());
        Assert.Equal(16777217, (one * (nint)16777217).ToScalar());
        Assert.Equal(Math.Pow(2, 33), two.Pow(33L).ToScalar());
        Assert.Equal(Math.Pow(2, 33), Tensor.Pow(two, 33L).ToScalar());
    }
}
