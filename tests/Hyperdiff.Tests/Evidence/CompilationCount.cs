using System.Diagnostics.Metrics;

namespace Hyperdiff.Tests.Evidence;

/// <summary>Counts the graphs that a piece of work compiles.</summary>
internal static class CompilationCount
{
    /// <summary>How many graphs were compiled, on this thread.</summary>
    public static long Of(Action work)
    {
        (long count, int thread) = (0, Environment.CurrentManagedThreadId);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == Telemetry.Name && instrument.Name == "hyperdiff.graph.compilations")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, _, _) => count += Environment.CurrentManagedThreadId == thread ? value : 0);
        listener.Start();
        work();
        return count;
    }
}
