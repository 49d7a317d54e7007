using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hyperdiff.Json;

/// <summary>Writes and reads a value that knows its own form: what the attribute on its type names, so that <c>JsonSerializer.Serialize(report)</c> needs no
/// options. No reflection: it works trimmed and compiled ahead of time, from a context of the source generator of System.Text.Json.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class JsonValueConverter<T> : JsonConverter<T>
    where T : IJsonValue<T>
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">The JSON is of something else: the message names where in it, and what belongs there.</exception>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.ReadJson(JsonPart.Parse(ref reader, typeof(T).Name));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        value.WriteJson(writer);
    }
}
