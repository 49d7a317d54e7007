using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>A tensor within a structure.</summary>
/// <param name="Name">Its path, for messages: <c>Weights.W</c>.</param>
/// <param name="Value">The tensor, of any shape.</param>
/// <param name="IsFrozen">Whether it is never differentiated.</param>
[JsonConverter(typeof(JsonValueConverter<Leaf>))]
public readonly record struct Leaf(string Name, Tensor Value, bool IsFrozen) : IJsonValue<Leaf>
{
    /// <summary>Whether it takes part in differentiation: a floating tensor that is not frozen.</summary>
    public bool IsActive => !IsFrozen && Value.DType.IsFloating();

    void IJsonValue<Leaf>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteBoolean("isFrozen", IsFrozen);
        writer.WriteValue("value", Value);
        writer.WriteEndObject();
    }

    static Leaf IJsonValue<Leaf>.ReadJson(JsonPart json)
    {
        _ = json.Object("name", "isFrozen", "value");
        return new Leaf(json["name"].Text(), json["value"].Value<Tensor>(), json["isFrozen"].Truth());
    }
}
