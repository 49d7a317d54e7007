namespace Hyperdiff.Tests.Primitives;

/// <summary>Special functions against values of mpmath 1.3 with 30 digits.</summary>
public sealed class SpecialFunctionsTests
{
    /// <summary>Roundings of the greatest of the terms that are added, and of the tables.</summary>
    private const double Units = 24 * 2.22e-16;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-300, 1.1283791670955126e-300)]
    [InlineData(1e-08, 1.1283791670955126e-08)]
    [InlineData(0.1, 0.1124629160182849)]
    [InlineData(0.49, 0.511668261188523)]
    [InlineData(0.51, 0.5292436198411704)]
    [InlineData(1.0, 0.8427007929497149)]
    [InlineData(2.0, 0.9953222650189527)]
    [InlineData(3.5, 0.9999992569016276)]
    [InlineData(-0.7, -0.6778011938374184)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(double.NegativeInfinity, -1)]
    public void Erf_AgreesWithTheTable(double x, double expected) => AssertRelative(expected, Tensor.Scalar(x).Erf());

    [Theory]
    [InlineData(-3.0, 1.9999779095030015)]
    [InlineData(-0.3, 1.3286267594591274)]
    [InlineData(0.3, 0.6713732405408726)]
    [InlineData(0.6, 0.3961439091520741)]
    [InlineData(1.0, 0.15729920705028513)]
    [InlineData(2.0, 0.004677734981047266)]
    [InlineData(5.0, 1.537459794428035e-12)]
    [InlineData(5.3, 6.613081850340811e-14)]
    [InlineData(20.7, 2.2085481102488885e-188)]
    [InlineData(10.0, 2.088487583762545e-45)]
    [InlineData(26.0, 5.663192408856143e-296)]
    [InlineData(1e200, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(double.NegativeInfinity, 2)]
    public void Erfc_AgreesWithTheTable_ToAllDigitsOfTheTail(double x, double expected) => AssertRelative(expected, Tensor.Scalar(x).Erfc());

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-300, 8.86226925452758e-301)]
    [InlineData(1e-08, 8.86226925452758e-09)]
    [InlineData(0.1, 0.08885599049425769)]
    [InlineData(-0.3, -0.2724627147267543)]
    [InlineData(0.5, 0.4769362762044699)]
    [InlineData(0.84, 0.9935356283473041)]
    [InlineData(0.86, 1.0435418436397588)]
    [InlineData(0.999, 2.3267537655135246)]
    [InlineData(0.9999990463256836, 3.465505025803331)]
    [InlineData(0.9999999999999999, 5.8635847487551676)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(-1, double.NegativeInfinity)]
    [InlineData(1.5, double.NaN)]
    public void ErfInv_AgreesWithTheTable(double x, double expected) => AssertInverse(expected, Tensor.Scalar(x).ErfInv());

    [Theory]
    [InlineData(1e-300, 26.209469960516124)]
    [InlineData(1e-100, 15.065574702592645)]
    [InlineData(1e-12, 5.042029745639059)]
    [InlineData(2e-05, 3.0157332014029077)]
    [InlineData(0.1, 1.163087153676674)]
    [InlineData(0.14, 1.0435418436397588)]
    [InlineData(0.16, 0.9935356283473042)]
    [InlineData(0.7, 0.2724627147267544)]
    [InlineData(1, 0)]
    [InlineData(1.2, -0.17914345462129164)]
    [InlineData(1.9, -1.1630871536766738)]
    [InlineData(1.999, -2.3267537655135464)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(2, double.NegativeInfinity)]
    [InlineData(-0.1, double.NaN)]
    [InlineData(2.1, double.NaN)]
    public void ErfcInv_AgreesWithTheTable_ToAllDigitsOfTheTail(double x, double expected) => AssertInverse(expected, Tensor.Scalar(x).ErfcInv());

    [Theory]
    [InlineData(1e-05, 11.512919692895826)]
    [InlineData(0.3, 1.0957979948180756)]
    [InlineData(0.5, 0.5723649429247001)]
    [InlineData(1, 0)]
    [InlineData(1.5, -0.12078223763524522)]
    [InlineData(2.5, 0.2846828704729192)]
    [InlineData(7.0, 6.579251212010101)]
    [InlineData(100.5, 361.4355404677776)]
    [InlineData(1000000.0, 12815504.569147611)]
    [InlineData(-0.5, 1.2655121234846454)]
    [InlineData(-3.3, -0.8243558050174264)]
    [InlineData(-2, double.PositiveInfinity)]
    [InlineData(0, double.PositiveInfinity)]
    [InlineData(double.MinValue, double.PositiveInfinity)]
    [InlineData(5e-324, 744.4400719213812)]
    [InlineData(-1e-310, 713.8013788281542)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    public void LogGamma_AgreesWithTheTable(double x, double expected) => AssertAbsoluteBelow(expected, Tensor.Scalar(x).LogGamma(), largestTerm: 20);

    [Theory]
    [InlineData(0, 1e-05, -100000.57719921567)]
    [InlineData(0, 0.5, -1.9635100260214235)]
    [InlineData(0, 1.0, -0.5772156649015329)]
    [InlineData(0, 2.5, 0.7031566406452432)]
    [InlineData(0, 11.0, 2.351752589066721)]
    [InlineData(0, 1000000.0, 13.815510057964191)]
    [InlineData(0, -0.5, 0.03648997397857652)]
    [InlineData(0, -3.3, 3.620353460592126)]
    [InlineData(0, -2, double.NaN)]
    [InlineData(1, 0.001, 1000001.6425331958)]
    [InlineData(1, 0.5, 4.934802200544679)]
    [InlineData(1, 1.0, 1.6449340668482264)]
    [InlineData(1, 12.0, 0.08690187287176838)]
    [InlineData(1, 10000.0, 0.00010000500016666666)]
    [InlineData(1, -0.5, 8.934802200544679)]
    [InlineData(3, 0.5, 97.40909103400244)]
    [InlineData(3, 2.0, 0.49393940226682914)]
    [InlineData(3, 30.0, 7.78600366473613e-05)]
    [InlineData(3, -1.5, 194.59427621918763)]
    public void Polygamma_AgreesWithTheTable(int order, double x, double expected) =>
        AssertAbsoluteBelow(expected, Tensor.Scalar(x).Polygamma(order), largestTerm: 4);

    [Fact]
    public void NaN_StaysNaN()
    {
        var nan = Tensor.Scalar(double.NaN);

        Assert.All([nan.Erf(), nan.Erfc(), nan.ErfInv(), nan.ErfcInv(), nan.LogGamma(), nan.Digamma(), nan.Polygamma(2)],
            y => Assert.True(double.IsNaN(y.ToScalar())));
    }

    private static void AssertRelative(double expected, Tensor actual)
    {
        double y = actual.ToScalar();
        Assert.True(Math.Abs(y - expected) <= Units * Math.Abs(expected), $"expected {expected}, got {y}, off by {(y - expected) / expected / 2.22e-16} units");
    }

    // 4 units in the last place, as documented
    private static void AssertInverse(double expected, Tensor actual)
    {
        double y = actual.ToScalar();
        Assert.True(y.Equals(expected) || Math.Abs(y - expected) <= 4 * 2.22e-16 * Math.Abs(expected),
            $"expected {expected}, got {y}, off by {(y - expected) / expected / 2.22e-16} units");
    }

    // near its zeros, the function is the difference of terms of a known size
    private static void AssertAbsoluteBelow(double expected, Tensor actual, double largestTerm)
    {
        double y = actual.ToScalar();
        Assert.True(y.Equals(expected) || Math.Abs(y - expected) <= Units * Math.Max(largestTerm, Math.Abs(expected)), $"expected {expected}, got {y}");
    }
}
