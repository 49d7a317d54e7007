using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What is known of ‖w − w*‖, the distance of what a solve returned from what it was to find: an estimate from what was measured on the way, rounding
/// included.</summary>
/// <remarks>It is an estimate and no bound: a part of the error that nothing measured shows, such as a slow mode below the residual's tolerance, is not in
/// it.</remarks>
/// <param name="Low">What the error is at least.</param>
/// <param name="High">What it is at most; infinite where what was measured does not bound it, so that the error is unknown.</param>
[JsonConverter(typeof(JsonValueConverter<ErrorInterval>))]
public readonly record struct ErrorInterval(double Low, double High) : IJsonValue<ErrorInterval>
{
    /// <summary>Of solves that do not estimate their error.</summary>
    public static ErrorInterval NotEstimated { get; } = new(double.NaN, double.NaN);

    /// <summary>An error of which nothing is known.</summary>
    public static ErrorInterval Unknown { get; } = new(0, double.PositiveInfinity);

    /// <summary>Whether it was estimated, and nothing that was measured bounds it.</summary>
    public bool IsUnknown => double.IsPositiveInfinity(High);

    /// <summary>Whether there is an estimate.</summary>
    public bool IsEstimated => double.IsFinite(High);

    /// <summary>The interval, or that there is none.</summary>
    public override string ToString() => IsEstimated
        ? string.Create(CultureInfo.InvariantCulture, $"{Low:G2} to {High:G2}")
        : IsUnknown ? "unknown" : "not estimated";

    void IJsonValue<ErrorInterval>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteDouble("low", Low);
        writer.WriteDouble("high", High);
        writer.WriteEndObject();
    }

    static ErrorInterval IJsonValue<ErrorInterval>.ReadJson(JsonPart json)
    {
        _ = json.Object("low", "high");
        return new ErrorInterval(json["low"].Double(), json["high"].Double());
    }
}
