using System.Text.Json;

namespace Hyperdiff.Json;

/// <summary>A value of this library that says itself how it stands in JSON, and is read back from there. Implemented here only; what is made of it is
/// <see cref="JsonValueConverter{T}"/>.</summary>
/// <remarks>
/// Names are written in camel case whatever the options, so that a file of one program is read by any other. Numbers are numbers in the fewest digits that give
/// them back; NaN and the infinities, for which JSON has no number, are the words <c>"NaN"</c>, <c>"Infinity"</c> and <c>"-Infinity"</c>, as with
/// <see cref="System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals"/>; statuses are words.
/// </remarks>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IJsonValue<TSelf>
    where TSelf : IJsonValue<TSelf>
{
    /// <summary>Writes the value.</summary>
    internal void WriteJson(Utf8JsonWriter writer);

    /// <summary>Reads what <see cref="WriteJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    internal static abstract TSelf ReadJson(JsonPart json);
}
