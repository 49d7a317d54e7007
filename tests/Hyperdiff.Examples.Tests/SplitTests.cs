namespace Hyperdiff.Examples.Tests;

public sealed class SplitTests
{
    // rounding of a mean of some hundred numbers of size 1
    private const double Tolerance = 1e-12;

    private static readonly Dataset s_data = DataReading.Read(Path.Combine(AppContext.BaseDirectory, "data", "breast-cancer-wisconsin-diagnostic.csv"));

    [Fact]
    public void Of_TheData_KeepsTheSharesOfTheClasses_AndHoldsOutEverySampleOnce()
    {
        var split = Split.Of(s_data, 0);

        Assert.Equal((455, 114), (split.Train.Samples, split.Test.Samples));
        Assert.Equal(357, split.Train.Y.ToArray<int>().Sum() + split.Test.Y.ToArray<int>().Sum());
        Assert.All(split.HeldOut.Sum(1).ToArray<double>(), times => Assert.Equal(1, times));
    }

    [Fact]
    public void Of_TheSameSeed_IsTheSameSplit_AndOfAnotherIsNot()
    {
        double[] first = Split.Of(s_data, 3).Train.X.ToArray<double>();

        Assert.Equal(first, Split.Of(s_data, 3).Train.X.ToArray<double>());
        Assert.NotEqual(first, Split.Of(s_data, 4).Train.X.ToArray<double>());
    }

    /// <summary>Features that are compressed, or not, have mean 0 and deviation 1 on the training samples, and constant ones are 0.</summary>
    [Theory]
    [InlineData(40)]
    [InlineData(0)]
    [InlineData(-3)]
    public void Features_AreStandardised_WhateverTheirShape(double shape)
    {
        var data = new Dataset(Tensor.Concat(1, s_data.X, Tensor.Full([569, 1], 0.1)), s_data.Y) { Classes = s_data.Classes };
        Tensor x = Split.Of(data, 0).Train.X;

        Tensor features = Logistic.Features(new Settings(Tensor.Scalar(0), Tensor.Full([31], shape)), x, x);

        Assert.All(features.Mean(0).ToArray<double>(), mean => Assert.Equal(0, mean, Tolerance));
        Assert.All(features.Std(0)[..30].ToArray<double>(), deviation => Assert.Equal(1, deviation, 1e-10));
        Assert.All(features[.., 30].ToArray<double>(), value => Assert.Equal(0, value, Tolerance));
        Assert.True(shape < 40 || (features - x).Abs().Max().ToScalar() < 1e-10);
    }

    [Fact]
    public void Of_TooFewSamples_Throws() =>
        Assert.Contains("too few", Assert.Throws<DataException>(() => Split.Of(s_data.Take([0, 1, 2, 3, 19, 20, 21]), 0)).Message, StringComparison.Ordinal);

    [Fact]
    public void Of_OneClass_Throws() =>
        Assert.Contains("one class", Assert.Throws<DataException>(() => Split.Of(s_data.Take(new int[100]), 0)).Message, StringComparison.Ordinal);
}
