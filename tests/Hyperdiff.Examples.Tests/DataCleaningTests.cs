using System.Globalization;
using System.Text.RegularExpressions;
using DataCleaning;

namespace Hyperdiff.Examples.Tests;

public sealed partial class DataCleaningTests
{
    private static readonly Lazy<Dataset> s_data = new(
        () => CsvFile.Read(Path.Combine(AppContext.BaseDirectory, "data", "optical-digits.csv"),
            new CsvOptions { Categories = [Category.Last()] }).ToDataset());

    [Fact]
    public void Data_HaveThePublishedSizesAndClasses()
    {
        Dataset data = s_data.Value;

        Assert.Equal(new Shape(1797, 64), data.X.Shape);
        Assert.Equal((0.0, 16.0), (data.X.Min().ToScalar(), data.X.Max().ToScalar()));
        int[] counts = [.. data.Y.ToArray<int>().CountBy(y => y).OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180], counts);
    }

    [Fact]
    public void Split_HasExactlyHalfOfItsTrainingLabelsWrong_AndTheOthersRight()
    {
        var split = CorruptedSplit.Of(s_data.Value, (101, 50), 0.5, 3);

        Assert.Equal((101, 50, 1797 - 151), (split.Train.Count, split.Validation.Count, split.Test.Count));
        Assert.Equal(50, split.Clean.Count(clean => !clean));
        Assert.All(split.Train.Labels.ToArray<int>(), label => Assert.InRange(label, 0, 9));
        Assert.Equal(split.Train.Labels.ToArray<int>(), CorruptedSplit.Of(s_data.Value, (101, 50), 0.5, 3).Train.Labels.ToArray<int>());
        Assert.Throws<DataException>(() => CorruptedSplit.Of(s_data.Value, (1700, 97), 0.5, 3));
    }

    /// <summary>A subset, few steps: the area is far from ½, and the accuracy rises.</summary>
    [Fact]
    public void Run_OnASubset_RecoversRightLabels()
    {
        (int code, string output, string error) = Run("--train", "150", "--validation", "100", "--steps", "10", "--seed", "2");

        Assert.Equal((0, string.Empty), (code, error));
        Assert.Contains("150 training samples, 75 of them with wrong labels; 100 clean validation and 1547 test samples; seed 2", output,
            StringComparison.Ordinal);
        double area = double.Parse(Area().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        double[] accuracies = [.. Percent().Matches(output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

        // of 75 right and 75 wrong labels: chance has a standard deviation of √(151/(12·75·75)) = 0.047 around ½
        Assert.True(area > 0.5 + (5 * 0.047), output);
        Assert.True(accuracies is [var before, var after, var known] && before < after && after <= known + 5, output);
    }

    [Theory]
    [InlineData("--train 1", "error: --train 1: a whole number of at least 2 is needed")]
    [InlineData("--train 1790", "error: 1790 training and 200 validation samples leave none of 1797 for the test")]
    [InlineData("--rate 0", "error: --rate 0: a positive number is needed")]
    [InlineData("--data no-such.csv", "error: no-such.csv: no such file")]
    public void Run_WithAValueThatCannotBeUsed_SaysSoInOneLineAndReturns2(string args, string line) =>
        Assert.Equal((2, string.Empty, line + Environment.NewLine), Run(args.Split(' ')));

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        int code = DataCleaning.CommandLine.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }

    [GeneratedRegex(@"right labels: ([0-9.]+)")]
    private static partial Regex Area();

    [GeneratedRegex(@"([0-9.]+) %")]
    private static partial Regex Percent();
}
