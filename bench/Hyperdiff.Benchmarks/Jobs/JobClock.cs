using System.Diagnostics;
using Hyperdiff.Benchmarks.Peers;

namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>Notes when steps of a job end, and how much memory it took.</summary>
internal sealed class JobClock
{
    private readonly List<(double Seconds, double Loss)> _steps = [];
    private readonly double _before;
    private readonly long _started;
    private readonly TimeSpan _processor;

    public JobClock()
    {
        ResidentMemory.ForgetPeak();
        _before = ResidentMemory.Now();
        (_started, _processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
    }

    /// <summary>A step has ended.</summary>
    public void Step(double loss) => _steps.Add((Stopwatch.GetElapsedTime(_started).TotalSeconds, loss));

    /// <summary>The job has ended.</summary>
    public JobOutcome End(double metric) => new(
        [.. _steps.Select(step => step.Seconds)], [.. _steps.Select(step => step.Loss)], (Environment.CpuUsage.TotalTime - _processor).TotalSeconds, metric,
        ResidentMemory.Peak(), ResidentMemory.Peak() - _before);
}
