using System.Text.Json.Serialization;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary>A line of the report.</summary>
internal sealed record PeerRow(
    [property: JsonPropertyName("problem")] string Problem,
    [property: JsonPropertyName("call")] string Call,
    [property: JsonPropertyName("dtype")] string DType,
    [property: JsonPropertyName("threads")] int Threads,
    [property: JsonPropertyName("median_us")] double? MedianMicroseconds,
    [property: JsonPropertyName("min_us")] double? MinMicroseconds,
    [property: JsonPropertyName("runs")] int Runs,
    [property: JsonPropertyName("allocated_bytes_per_call")] long? AllocatedBytes,
    [property: JsonPropertyName("relative_error")] double RelativeError,
    [property: JsonPropertyName("handover_ns")] double? HandoverNanoseconds);
