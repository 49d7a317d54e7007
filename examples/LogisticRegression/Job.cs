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
    /// <param name="cancellation">Ends it after the step that is being taken.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="DataException">The data cannot be used.</exception>
    /// <exception cref="OutputException">The history cannot be written.</exception>
    /// <exception cref="SolveException">A solve did not converge.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted; an earlier history is as it was.</exception>
    public static int Run(JobOptions options, IAnsiConsole console, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp();

        // a moving bar hides the cursor; a step that takes longer than an interruption waits would leave it so
        using CancellationTokenRegistration shown = cancellation.Register(() => console.Cursor.Show(true));
        Dataset data = DataReading.Read(options.Data);
        using OutputFile history = OutputFile.Open("--history", options.History, options.Data);
        Search[] searches = [.. Enumerable.Range(options.Seed, options.Splits).Select(seed => SearchOn(options, data, seed, console, cancellation))];
        history.Keep(writer => SearchHistory.Write(writer, data.Features, searches));
        bool passed = Report(console, searches, data.Features, options.Check);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"History: {history.Path}. Total time: {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s."));
        return passed ? ExitCode.Success : ExitCode.Failure;
    }

    private static bool Report(IAnsiConsole console, Search[] searches, ImmutableArray<string> features, bool check)
    {
        if (searches is not [Search only])
        {
            SplitsReport.Write(console, searches);
            return true;
        }

        SearchReport.Write(console, only, features);
        return !check || CheckReport.Write(console, only);
    }

    private static Search SearchOn(JobOptions options, Dataset data, int seed, IAnsiConsole console, CancellationToken cancellation)
    {
        var loss = ValidationLoss.Of(Split.Of(data, seed), options.Method);
        return SearchProgress.Show(console, $"split {seed}", options.Steps, report => Search.Run(
            seed,
            loss,
            options.Shared ? 1 : loss.Split.Features,
            options.Steps,
            options.Rate,
            step =>
            {
                report(step);
                cancellation.ThrowIfCancellationRequested();
            }));
    }
}
