using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace LogisticRegression;

/// <summary>The whole job: read, split, search, report.</summary>
internal static class Job
{
    /// <summary>Runs it.</summary>
    /// <param name="options">What is asked for.</param>
    /// <param name="console">Takes tables and progress.</param>
    /// <param name="error">Takes one line if the history cannot be written.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="DatasetException">The data cannot be used.</exception>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    public static int Run(JobOptions options, IAnsiConsole console, TextWriter error)
    {
        long started = Stopwatch.GetTimestamp();
        Dataset data = DatasetReader.Read(options.Data);
        StreamWriter history;
        try
        {
            history = SearchHistory.Open(options.History);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            error.WriteLine($"error: --history {options.History}: {exception.Message.ReplaceLineEndings(" ")}");
            return ExitCode.Usage;
        }

        using (history)
        {
            PenaltySearch[] searches = [.. Enumerable.Range(options.Seed, options.Splits).Select(seed => Search(options, data, seed, console))];
            SearchHistory.Write(history, data.Features, searches);
            bool passed = Report(console, searches, data.Features, options.Check);
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"History: {((FileStream)history.BaseStream).Name}. Total time: {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s."));
            return passed ? ExitCode.Success : ExitCode.Failure;
        }
    }

    private static bool Report(IAnsiConsole console, PenaltySearch[] searches, ImmutableArray<string> features, bool check)
    {
        if (searches is not [PenaltySearch only])
        {
            SplitsReport.Write(console, searches);
            return true;
        }

        SearchReport.Write(console, only, features);
        return !check || CheckReport.Write(console, only);
    }

    private static PenaltySearch Search(JobOptions options, Dataset data, int seed, IAnsiConsole console)
    {
        var loss = ValidationLoss.Of(Split.Of(data, seed), options.Method);
        return SearchProgress.Show(console, $"split {seed}", options.Steps, report => PenaltySearch.Run(seed, loss, options.Steps, options.Rate, report));
    }
}
