using System.Text.Json;
using System.Text.Json.Serialization;

namespace Hyperdiff.Json;

/// <summary>Writes results that are made by computations only: hypergradients, solutions, estimates. They are not read back: what is in them — tensors,
/// reports, warnings — is, each by its own type.</summary>
public sealed class JsonWrittenConverter : JsonConverter<object>
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeof(IJsonWritten).IsAssignableFrom(typeToConvert);

    /// <inheritdoc/>
    /// <exception cref="JsonException">Always.</exception>
    public override object Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(typeToConvert);
        string name = typeToConvert.Name.Split('`')[0];
        throw new JsonException(
            $"{name}: it is made by a computation, and cannot be read back; read its parts (Tensor, SolveReport, HypergradientWarning) from a JsonDocument, or "
                + "compute it again.");
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, object value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ((IJsonWritten)value).WriteJson(writer);
    }
}
