using System.Diagnostics;
using System.Text;

namespace Hyperdiff.Reports;

/// <summary>Writes a report as one HTML file that loads nothing: losses, ‖∇ℓ‖ with its error, solves, warnings and steps that were not to be trusted, λ by
/// leaf, and what is attached. It is written anew now and then while the run goes on, and whole or not at all.</summary>
public sealed class HtmlReport : IProgress<StepRecord>, IDisposable
{
    private readonly string _path;
    private readonly RunHistory _run;
    private long _written;
    private bool _isDisposed;

    /// <summary>A report of a run.</summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="name">What the run is called.</param>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public HtmlReport(string path, string name = "run")
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Destination.RequireFile(path);
        (_path, _run) = (path, new RunHistory(name));
    }

    /// <summary>What the page is headed by; the name of the run if absent.</summary>
    public string? Title { get; init; }

    /// <summary>After which time the file is written anew while the run goes on: a minute. At its end it is written in any case.</summary>
    public TimeSpan Interval
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromMinutes(1);

    /// <summary>What has been kept of the run, to be shown beside another.</summary>
    public RunHistory History => _run;

    /// <summary>Writes a report of several runs beside each other.</summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="title">What the page is headed by.</param>
    /// <param name="runs">The runs, one or more.</param>
    /// <exception cref="IOException">It cannot be written; the old file is as it was.</exception>
    /// <exception cref="ArgumentException">There is no run.</exception>
    public static void Write(string path, string title, params IReadOnlyList<RunHistory> runs)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(runs);
        if (runs.Count == 0)
        {
            throw new ArgumentException("HtmlReport.Write: a report is of one run at least; pass RunHistory.Of(name, JsonLinesLog.Read(path)).", nameof(runs));
        }

        byte[] page = Encoding.UTF8.GetBytes(ReportPage.Of(title, runs));
        Destination.RequireFile(path);
        Destination.At(path, "the report could not be written", () =>
        {
            ReplacedFile.Write(path, stream => stream.Write(page));
            return true;
        });
    }

    /// <summary>Shows a text below the run: what <c>problem.Check</c> or <c>problem.Explain</c> found, a configuration.</summary>
    /// <param name="title">What it is.</param>
    /// <param name="text">The text.</param>
    public void Attach(string title, string text) => _run.Attach(title, text);

    /// <summary>Keeps a step, and writes the file if the interval is over.</summary>
    /// <param name="value">The step.</param>
    /// <exception cref="IOException">The disk is full; the old file is as it was.</exception>
    public void Report(StepRecord value)
    {
        _run.Report(value);
        if (_written == 0)
        {
            _written = Stopwatch.GetTimestamp();
        }
        else if (Stopwatch.GetElapsedTime(_written) >= Interval)
        {
            Write();
        }
    }

    /// <summary>Writes the file as it is now.</summary>
    /// <exception cref="IOException">It cannot be written; the old file is as it was.</exception>
    public void Write()
    {
        Write(_path, Title ?? _run.Name, _run);
        _written = Stopwatch.GetTimestamp();
    }

    /// <summary>Writes the file.</summary>
    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            Write();
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"HTML report {_path}";
}
