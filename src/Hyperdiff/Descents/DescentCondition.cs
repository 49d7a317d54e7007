using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Something that a method needs of its numbers, checked against what is known of the problem.</summary>
/// <param name="Statement">What is needed, and what for.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Found">The numbers that were put in.</param>
[JsonConverter(typeof(JsonValueConverter<DescentCondition>))]
public sealed record DescentCondition(string Statement, bool Holds, string Found) : IJsonValue<DescentCondition>
{
    /// <inheritdoc/>
    public override string ToString() => $"{(Holds ? "holds" : "FAILS")}: {Statement} ({Found})";

    void IJsonValue<DescentCondition>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("statement", Statement);
        writer.WriteBoolean("holds", Holds);
        writer.WriteString("found", Found);
        writer.WriteEndObject();
    }

    static DescentCondition IJsonValue<DescentCondition>.ReadJson(JsonPart json)
    {
        _ = json.Object("statement", "holds", "found");
        return new DescentCondition(json["statement"].Text(), json["holds"].Truth(), json["found"].Text());
    }
}
