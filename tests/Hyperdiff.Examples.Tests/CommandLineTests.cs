using System.Globalization;

namespace Hyperdiff.Examples.Tests;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("logistic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--steps abc", "error: --steps abc: a whole number of at least 1 is needed")]
    [InlineData("--steps 0", "error: --steps 0: a whole number of at least 1 is needed")]
    [InlineData("--splits x --check", "error: --splits x: a whole number of at least 1 is needed")]
    [InlineData("--seed -1", "error: --seed -1: a whole number of at least 0 is needed")]
    [InlineData("--rate NaN", "error: --rate NaN: a positive number is needed")]
    [InlineData("--method forward", "error: --method forward: implicit or reverse is needed")]
    [InlineData("--bogus", "error: Unrecognized command or argument '--bogus'.")]
    [InlineData("--check --splits 2", "error: --check looks at one split; leave out --splits")]
    [InlineData("--print-hypergradient --steps 2", "error: --print-hypergradient goes with --data and --seed only")]
    [InlineData("--data no-such.csv", "error: no-such.csv: no such file")]
    [InlineData("--steps 2147483647", "error: --steps 2147483647: at most 100000 can be kept in memory")]
    [InlineData("--splits 2147483647", "error: --splits 2147483647: at most 10000 can be kept in memory")]
    public void Run_WithAValueThatCannotBeUsed_SaysSoInOneLineAndReturns2(string args, string line)
    {
        (int code, string output, string error) = Run(args.Split(' '));

        Assert.Equal((2, string.Empty, line + Environment.NewLine), (code, output, error));
    }

    [Theory]
    [InlineData("--data")]
    [InlineData("--history")]
    [InlineData("--seed")]
    [InlineData("--splits")]
    [InlineData("--steps")]
    [InlineData("--rate")]
    [InlineData("--method")]
    public void Run_WithAnEmptyValue_SaysSoInOneLineAndReturns2(string option)
    {
        (int code, string output, string error) = Run(option, string.Empty);

        Assert.Equal((2, string.Empty, 1), (code, output, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.StartsWith($"error: {option}", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithABadCell_NamesFileRowAndColumnInOneLineAndReturns2()
    {
        string file = Path.Combine(_folder, "bad.csv");
        File.WriteAllText(file, "radius,texture,class\n1,2,0\n1,two,1\n");

        (int code, _, string error) = Run("--data", file);

        Assert.Equal((2, $"error: {file}, row 3, column 2 (texture): 'two' is not a number{Environment.NewLine}"), (code, error));
    }

    [Fact]
    public void Run_WithAHistoryThatCannotBeWritten_SaysSoBeforeAnyWork()
    {
        string file = Path.Combine(_folder, "plain");
        File.WriteAllText(file, string.Empty);

        (int code, string output, string error) = Run("--history", Path.Combine(file, "history.csv"));

        Assert.Equal((2, string.Empty, 1), (code, output, error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length));
    }

    [Theory]
    [InlineData("implicit")]
    [InlineData("reverse")]
    public void Run_WithCheck_LowersTheValidationLossByHypergradientsThatDifferencesConfirm(string method)
    {
        string history = Path.Combine(_folder, "history.csv");

        (int code, string output, string error) = Run("--steps", "3", "--check", "--method", method, "--shared", "--history", history);

        Assert.Equal((0, string.Empty), (code, error));
        Assert.Equal(2, output.Split(": passed").Length - 1);
        Assert.DoesNotContain('\u001b', output);
        string[][] rows = [.. File.ReadAllLines(history).Select(row => row.Split(','))];
        Assert.Equal(5, rows.Length);
        Assert.All(rows, row => Assert.Equal(10 + 2 + 2, row.Length));
        double[] losses = [.. rows[1..].Select(row => double.Parse(row[2], CultureInfo.InvariantCulture))];
        Assert.All(losses.Zip(losses.Skip(1)), pair => Assert.True(pair.Second < pair.First));
    }

    /// <summary>What the README says: the median test loss falls, against the best penalty of the grid and against no tuning. All 20 splits are in the README;
    /// these take seconds.</summary>
    [Fact]
    public void Tuning_LowersTheMedianTestLoss()
    {
        Dataset data = DataReading.Read(Path.Combine(AppContext.BaseDirectory, "data", "breast-cancer-wisconsin-diagnostic.csv"));
        Outcome[][] outcomes = [.. Enumerable.Range(0, 6).Select(seed =>
            Search.Run(seed, ValidationLoss.Of(Split.Of(data, seed), TuningMethod.Implicit), shapes: 1, steps: 15, rate: 0.2).Outcomes())];

        double MedianChange(int baseline) => Metrics.Quantile(Tensor.From<double>([.. outcomes.Select(of => of[2].Test.Loss - of[baseline].Test.Loss)]), 0.5);
        Assert.All(outcomes, of => Assert.True(of[2].Validation < of[1].Validation));
        Assert.True(MedianChange(0) < 0 && MedianChange(1) < 0, $"{MedianChange(0)}, {MedianChange(1)}");
    }

    [Fact]
    public void Run_OverSplits_PrintsTheDistribution()
    {
        (int code, string output, _) = Run("--steps", "1", "--splits", "3", "--seed", "5", "--history", Path.Combine(_folder, "history.csv"));

        Assert.Equal(0, code);
        Assert.Contains("over 3 splits", output, StringComparison.Ordinal);
        Assert.Contains("split 7, step 1 of 1", output, StringComparison.Ordinal);
        Assert.Contains("lower quartile", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithHelp_ListsEveryOption()
    {
        (int code, string output, _) = Run("--help");

        Assert.Equal(0, code);
        Assert.All(
            ["--data", "--seed", "--splits", "--steps", "--rate", "--method", "--shared", "--history", "--check", "--print-hypergradient"],
            option => Assert.Contains(option, output, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_TwiceWithPrintHypergradient_PrintsTheSameDigits()
    {
        string first = Run("--print-hypergradient").Output;

        Assert.Equal(1 + 30, first.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(first, Run("--print-hypergradient").Output);
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        int code = CommandLine.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
