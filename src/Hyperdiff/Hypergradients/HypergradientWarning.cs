using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Something that the user of a hypergradient should know.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Message">What was found, and what to do.</param>
[JsonConverter(typeof(JsonValueConverter<HypergradientWarning>))]
public sealed record HypergradientWarning(WarningKind Kind, string Message) : IJsonValue<HypergradientWarning>
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Message}";

    void IJsonValue<HypergradientWarning>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteWord("kind", Kind);
        writer.WriteString("message", Message);
        writer.WriteEndObject();
    }

    static HypergradientWarning IJsonValue<HypergradientWarning>.ReadJson(JsonPart json)
    {
        _ = json.Object("kind", "message");
        return new HypergradientWarning(json["kind"].Word<WarningKind>(), json["message"].Text());
    }
}
