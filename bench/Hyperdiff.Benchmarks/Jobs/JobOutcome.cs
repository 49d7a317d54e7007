using System.Text.Json.Serialization;

namespace Hyperdiff.Benchmarks.Jobs;

/// <summary>How one run of a job by one side went.</summary>
/// <param name="Seconds">After every step of λ, from the first on, tracing and compiling included, loading of data not.</param>
/// <param name="Losses">The outer objective at every λ.</param>
/// <param name="ProcessorSeconds">The processor time of all threads from loaded data to the end.</param>
/// <param name="Metric">What the job is judged by at the end.</param>
/// <param name="PeakMebibytes">The most resident memory.</param>
/// <param name="AboveMebibytes">How much of it is more than what was held with everything loaded.</param>
internal sealed record JobOutcome(
    [property: JsonPropertyName("seconds")] double[] Seconds,
    [property: JsonPropertyName("losses")] double[] Losses,
    [property: JsonPropertyName("processor_seconds")] double ProcessorSeconds,
    [property: JsonPropertyName("metric")] double Metric,
    [property: JsonPropertyName("peak_mib")] double PeakMebibytes,
    [property: JsonPropertyName("above_mib")] double AboveMebibytes)
{
    /// <summary>The last loss.</summary>
    public double FinalLoss => Losses[^1];

    /// <summary>When a loss was reached for the first time.</summary>
    public double SecondsTo(double loss)
    {
        int step = Array.FindIndex(Losses, at => at <= loss);
        return step < 0 ? double.PositiveInfinity : Seconds[step];
    }
}
