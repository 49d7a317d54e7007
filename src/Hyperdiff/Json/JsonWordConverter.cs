using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hyperdiff.Json;

/// <summary>Writes a choice as the word that it is in C#, and reads only such words: <c>"MaxIterations"</c>, not 1.</summary>
/// <typeparam name="TEnum">The choices.</typeparam>
public sealed class JsonWordConverter<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">It is none of the words, which the message lists.</exception>
    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonPart.Parse(ref reader, typeof(TEnum).Name).Word<TEnum>();

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(JsonWords<TEnum>.Of(value));
    }

    /// <inheritdoc/>
    public override TEnum ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonWords<TEnum>.TryRead(reader.GetString()!, out TEnum value)
            ? value
            : throw new JsonException($"{typeof(TEnum).Name}: the key \"{reader.GetString()}\" is none of {JsonWords<TEnum>.All}.");

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(JsonWords<TEnum>.Of(value));
    }
}
