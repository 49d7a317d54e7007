using Hyperdiff.Logging;
using Microsoft.Extensions.Logging;

namespace Hyperdiff.Reports.Tests;

/// <summary>Steps and solves as messages with levels, events and values.</summary>
public sealed class LoggingTests
{
    [Fact]
    public void Steps_AreInformation_AndWarningsWhereTheyAreNotToBeTrusted()
    {
        var log = new ListLogger(LogLevel.Information);
        var steps = new StepLogger(log);
        foreach (StepRecord step in SampleRun.Of(40))
        {
            steps.Report(step);
        }

        Assert.Equal(39, log.Entries.Count(entry => entry is { Level: LogLevel.Information, Event: { Id: 1001, Name: "StepTaken" } }));
        ListLogger.Entry failed = Assert.Single(log.Entries, entry => entry.Event.Id == 1002);
        Assert.Equal((LogLevel.Warning, 36, StepOutcome.Skipped, 3), (failed.Level, failed["Step"], failed["Outcome"], failed["Attempts"]));
        Assert.Contains("Newton-CG of Train: MaxIterations", failed.Text, StringComparison.Ordinal);

        // of a kind only the first, at this level
        Assert.Equal([3], log.Entries.Where(entry => entry.Event.Id == 1003).Select(entry => entry["Step"]));
        Assert.DoesNotContain(log.Entries, entry => entry.Event.Id == 1004);
    }

    [Fact]
    public void SolvesAndFurtherWarnings_AreForDebugging()
    {
        var log = new ListLogger(LogLevel.Debug);
        var steps = new StepLogger(log);
        foreach (StepRecord step in SampleRun.Of(20))
        {
            steps.Report(step);
        }

        Assert.Equal(40, log.Entries.Count(entry => entry is { Level: LogLevel.Debug, Event.Id: 1004 }));
        Assert.Equal([LogLevel.Warning, LogLevel.Debug], log.Entries.Where(entry => entry.Event.Id == 1003).Select(entry => entry.Level));
    }

    [Fact]
    public void Numbers_AreValues()
    {
        var log = new ListLogger(LogLevel.Trace);
        new StepLogger(log).Report(new StepRecord { Step = 7, Value = double.NaN, GradientNorm = 0.5 });
        new SolveLogger(log).Report(new SolveProgress(3, 1e-5, 1e-8, "inner, f"));

        Assert.Equal((7, double.NaN, "a number is not finite"), (log.Entries[0]["Step"], log.Entries[0]["Value"], log.Entries[0]["Reason"]));
        Assert.Equal((LogLevel.Trace, 1101, 1e-5), (log.Entries[1].Level, log.Entries[1].Event.Id, log.Entries[1]["Residual"]));
        Assert.Equal("inner, f: iteration 3, residual 1E-05 (tolerance 1E-08)", log.Entries[1].Text);
    }

    [Fact]
    public void Nothing_IsRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new StepLogger(null!));
        Assert.Throws<ArgumentNullException>(() => new SolveLogger(null!));
        Assert.Throws<ArgumentNullException>(() => new StepLogger(new ListLogger(LogLevel.None)).Report(null!));
    }

    private sealed class ListLogger(LogLevel least) : ILogger
    {
        public List<Entry> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add(new Entry(logLevel, eventId, formatter(state, exception),
                ((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(pair => pair.Key, pair => pair.Value)));

        public sealed record Entry(LogLevel Level, EventId Event, string Text, Dictionary<string, object?> Values)
        {
            public object? this[string name] => Values[name];
        }
    }
}
