namespace Hyperdiff.Examples.Tests;

public sealed class SplitTests
{
    // rounding of a mean of some hundred numbers of size 1
    private const double Tolerance = 1e-12;

    private static readonly Dataset s_data = DatasetReader.Read(Path.Combine(AppContext.BaseDirectory, "data", "breast-cancer-wisconsin-diagnostic.csv"));

    [Fact]
    public void Of_TheData_GivesSixtyTwentyTwenty()
    {
        Split split = Split.Of(s_data, 0);

        Assert.Equal((341, 114, 114), (split.Train.Count, split.Validation.Count, split.Test.Count));
        Assert.Equal(357, split.Train.Y.Sum().ToScalar() + split.Validation.Y.Sum().ToScalar() + split.Test.Y.Sum().ToScalar());
    }

    [Fact]
    public void Of_TheSameSeed_IsTheSameSplit_AndOfAnotherIsNot()
    {
        double[] first = Split.Of(s_data, 3).Train.X.ToArray<double>();

        Assert.Equal(first, Split.Of(s_data, 3).Train.X.ToArray<double>());
        Assert.NotEqual(first, Split.Of(s_data, 4).Train.X.ToArray<double>());
    }

    [Fact]
    public void Of_TheData_IsStandardisedByTheTrainingSamplesAlone()
    {
        Split split = Split.Of(s_data, 0);

        Assert.All(split.Train.X.Mean(0).ToArray<double>(), mean => Assert.Equal(0, mean, Tolerance));
        Assert.All(split.Train.X.Std(0).ToArray<double>(), deviation => Assert.Equal(1, deviation, Tolerance));
        Assert.True(split.Test.X.Mean(0).Abs().Max().ToScalar() > 1e-3);
    }

    [Fact]
    public void Of_DataWithAConstantFeature_LeavesItAtZero()
    {
        Tensor x = Tensor.Concat(1, s_data.X[..20, ..1], Tensor.Full([20, 1], 0.1));

        Split split = Split.Of(new Dataset(["a", "b"], x, Tensor.From<double>([.. Enumerable.Range(0, 20).Select(i => (double)(i % 2))])), 0);

        Assert.All(split.Test.X[.., 1].ToArray<double>(), value => Assert.Equal(0, value, Tolerance));
    }

    [Fact]
    public void Of_TooFewSamples_Throws() =>
        Assert.Contains("too few", Assert.Throws<DatasetException>(() => Split.Of(s_data with { X = s_data.X[..9], Y = s_data.Y[..9] }, 0)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Of_OneClass_Throws() =>
        Assert.Contains("of class 1", Assert.Throws<DatasetException>(() => Split.Of(s_data with { Y = Tensor.Ones([569]) }, 0)).Message,
            StringComparison.Ordinal);
}
