using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Writes element types under the names of messages and tables: <c>"float64"</c>.</summary>
public sealed class DTypeJsonConverter : JsonConverter<DType>
{
    private static readonly DType[] s_all = Enum.GetValues<DType>();

    /// <inheritdoc/>
    /// <exception cref="JsonException">It is none of the names, which the message lists.</exception>
    public override DType Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(JsonPart.Parse(ref reader, nameof(DType)));

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, DType value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(value.Name());
    }

    /// <inheritdoc/>
    public override DType ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Find(reader.GetString()) ?? throw new JsonException($"{nameof(DType)}: the key \"{reader.GetString()}\" is none of {Names()}.");

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, DType value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(value.Name());
    }

    /// <summary>The element type of a name.</summary>
    internal static DType Read(JsonPart json) => json.Element.ValueKind == JsonValueKind.String && Find(json.Element.GetString()) is { } dtype
        ? dtype : throw json.Bad($"one of the words {Names()}");

    private static DType? Find(string? name)
    {
        int i = Array.FindIndex(s_all, dtype => dtype.Name() == name);
        return i >= 0 ? s_all[i] : null;
    }

    private static string Names() => string.Join(", ", s_all.Select(dtype => dtype.Name()));
}
