using System.Globalization;
using QuadraticBenchmark;

namespace Hyperdiff.Examples.Tests;

public sealed class QuadraticBenchmarkTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("quadratic-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_OnASmallProblem_ConfirmsEveryClaim_AndWritesTheCurves()
    {
        string csv = Path.Combine(_folder, "curves.csv");

        (int code, string output, string error) = Run("--states", "4", "--hypers", "2", "--seed", "1", "--csv", csv);

        Assert.True((code, error) == (0, string.Empty), output + error);
        Assert.Equal(13, output.Split("holds").Length - 1);
        Assert.DoesNotContain("FAILS", output, StringComparison.Ordinal);
        string[][] rows = [.. File.ReadAllLines(csv).Select(Cells)];
        Assert.Equal("method", rows[0][0]);
        Assert.All(rows, row => Assert.Equal(9, row.Length));

        // every method has a curve from no calls on, and calls are the sum of those by name
        Assert.Equal(14, rows[1..].Select(row => row[0]).Distinct().Count());
        Assert.All(rows[1..], row => Assert.Equal(Number(row[2]), row[3..7].Sum(Number)));
        Assert.All(rows[1..].GroupBy(row => row[0]), curve => Assert.Equal("0", curve.First()[1]));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 2)]
    public void SquaredGradient_IsThatOfTheLoss(int states, int hypers)
    {
        // central differences of a quadratic have rounding alone: ε |ℓ| / step, with |ℓ| of some tens
        const double Step = 1e-3, Rounding = 1e-10;
        var problem = Quadratic.Of(states, hypers, 2);
        double[] at = problem.Hyper.ToArray<double>();
        double squared = Enumerable.Range(0, hypers).Sum(j => Math.Pow((Loss(j, Step) - Loss(j, -Step)) / (2 * Step), 2));

        Assert.Equal(squared, problem.SquaredGradient(problem.Hyper), Rounding * (1 + squared));

        double Loss(int j, double by)
        {
            Tensor h = Tensor.From<double>([.. at.Select((x, i) => i == j ? x + by : x)]);
            return problem.Exact.Outer.Evaluate(problem.Solution(h), h).ToScalar();
        }
    }

    [Fact]
    public void Run_WithTooFewCalls_FailsWithTheMethodsThatMiss()
    {
        (int code, string output, _) = Run("--states", "3", "--hypers", "2", "--calls", "100");

        Assert.Equal(1, code);
        Assert.Contains("FAILS", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--calls 5", "error: --calls 5: a whole number of at least 100 is needed")]
    [InlineData("--states 0", "error: --states 0: a whole number of at least 1 is needed")]
    [InlineData("--bogus", "error: Unrecognized command or argument '--bogus'.")]
    public void Run_WithAValueThatCannotBeUsed_SaysSoInOneLineAndReturns2(string args, string line) =>
        Assert.Equal((2, string.Empty, line + Environment.NewLine), Run(args.Split(' ')));

    [Fact]
    public void Run_WithAFileThatCannotBeWritten_SaysSoBeforeAnyWork()
    {
        string file = Path.Combine(_folder, "plain");
        File.WriteAllText(file, string.Empty);

        (int code, string output, string error) = Run("--csv", Path.Combine(file, "curves.csv"));

        Assert.Equal((2, string.Empty), (code, output));
        Assert.StartsWith("error: --csv", error, StringComparison.Ordinal);
    }

    // names of methods have commas in them, and are quoted
    private static string[] Cells(string line) => line.StartsWith('"')
        ? [line[1..line.LastIndexOf('"')], .. line[(line.LastIndexOf('"') + 2)..].Split(',')] : line.Split(',');

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        int code = QuadraticBenchmark.CommandLine.Run(args, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
