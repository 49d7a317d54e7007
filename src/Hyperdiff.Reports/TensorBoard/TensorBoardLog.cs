using System.Globalization;

namespace Hyperdiff.Reports;

/// <summary>Writes event files that TensorBoard shows: <c>tensorboard --logdir runs</c>. A run that was resumed writes a file of its own beside those before,
/// and TensorBoard shows of these what comes before its first step.</summary>
/// <remarks>
/// Scalars, in single precision: <c>loss/value</c>, <c>loss/validation</c>, <c>gradient/norm</c>, <c>gradient/error</c>, <c>solves/inner_iterations</c>,
/// <c>solves/inner_residual</c>, <c>solves/adjoint_iterations</c>, <c>solves/adjoint_residual</c>, <c>solves/attempts</c>, <c>solves/trusted</c> (1 or 0),
/// and of leaves of λ with one element <c>hyper/</c> and their name. Leaves with more are histograms, if <see cref="HistogramEvery"/> asks for them. What was
/// not measured has no point.
/// </remarks>
public sealed class TensorBoardLog : IProgress<StepRecord>, IDisposable
{
    // the numbers of the fields of tensorflow/core/util/event.proto and framework/summary.proto
    private const int WallTime = 1;
    private const int Step = 2;
    private const int FileVersion = 3;
    private const int SummaryOf = 5;
    private const int SessionLog = 7;
    private const int SummaryValue = 1;
    private const int Tag = 1;
    private const int SimpleValue = 2;
    private const int HistogramValue = 5;
    private const int SessionStatus = 1;
    private const int SessionStart = 1;

    private readonly TimeProvider _time;
    private readonly EventFile _file;
    private bool _begun;

    /// <summary>Makes an event file in a folder, which is made where there is none.</summary>
    /// <param name="folder">The folder of the run: the runs of an experiment are folders beside each other.</param>
    /// <param name="time">What the time of events is taken from; the system's if absent.</param>
    /// <exception cref="IOException">It cannot be written there.</exception>
    public TensorBoardLog(string folder, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _time = time ?? TimeProvider.System;
        Destination.RequireFolder(folder);

        // TensorBoard reads the files of a folder in the order of their names
        string name = string.Create(CultureInfo.InvariantCulture,
            $"events.out.tfevents.{_time.GetUtcNow().ToUnixTimeSeconds():D10}.{Environment.MachineName}.{Environment.ProcessId}");
        Path = Enumerable.Range(0, int.MaxValue)
            .Select(i => System.IO.Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}.{i}")))
            .First(path => !File.Exists(path));
        _file = new EventFile(Path);
        _file.Write(Event(0).Text(FileVersion, "brain.Event:2").ToArray());
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>At every how many steps leaves of λ with several elements are written as histograms; 0 for never.</summary>
    public int HistogramEvery
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 10;

    /// <summary>Writes the event of a step.</summary>
    /// <param name="value">The step.</param>
    /// <exception cref="IOException">The disk is full: the events before are whole.</exception>
    public void Report(StepRecord value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!_begun)
        {
            // what files of runs before hold from this step on is void
            _file.Write(Event(value.Step).Message(SessionLog, new ProtoMessage().Integer(SessionStatus, SessionStart)).ToArray());
            _begun = true;
        }

        _file.Write(Event(value.Step).Message(SummaryOf, Summary(value)).ToArray());
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private ProtoMessage Event(int step) => new ProtoMessage()
        .Double(WallTime, (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds).Integer(Step, step);

    private ProtoMessage Summary(StepRecord record)
    {
        (SolveTotals inner, SolveTotals adjoint) = (SolveTotals.Inner(record), SolveTotals.Adjoint(record));
        var summary = new ProtoMessage();
        Scalar("loss/value", record.Value);
        Measured("loss/validation", record.Validation);
        Scalar("gradient/norm", record.GradientNorm);
        Measured("gradient/error", double.IsNaN(record.GradientError) ? null : record.GradientError);
        Solve("inner", inner);
        Solve("adjoint", adjoint);
        Scalar("solves/attempts", record.Attempts);
        Scalar("solves/trusted", record.IsTrusted ? 1 : 0);
        foreach (Leaf leaf in record.Hyper)
        {
            double[] elements = leaf.Value.Count == 1 || IsDue(record) ? LeafColumns.Elements(leaf.Value) : [];
            if (leaf.Value.Count == 1)
            {
                Scalar($"hyper/{leaf.Name}", elements[0]);
            }
            else if (Histogram.Of(elements) is { } histogram)
            {
                summary.Message(SummaryValue, new ProtoMessage().Text(Tag, $"hyper/{leaf.Name}").Message(HistogramValue, histogram));
            }
        }

        return summary;

        void Scalar(string tag, double number) =>
            summary.Message(SummaryValue, new ProtoMessage().Text(Tag, tag).Single(SimpleValue, (float)number));

        void Measured(string tag, double? number)
        {
            if (number is { } measured)
            {
                Scalar(tag, measured);
            }
        }

        void Solve(string role, SolveTotals totals)
        {
            Measured($"solves/{role}_iterations", totals.Solves == 0 ? null : totals.Iterations);
            Measured($"solves/{role}_residual", double.IsNaN(totals.Residual) ? null : totals.Residual);
        }
    }

    private bool IsDue(StepRecord record) => HistogramEvery > 0 && record.Step % HistogramEvery == 0;

    /// <inheritdoc/>
    public override string ToString() => $"TensorBoard log {Path}";
}
