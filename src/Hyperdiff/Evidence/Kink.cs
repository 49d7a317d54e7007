using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>An operation without a derivative, or with one that jumps, exactly where a derivative was taken: what stands for it there is a
/// convention.</summary>
[JsonConverter(typeof(JsonValueConverter<Kink>))]
public sealed record Kink : IJsonValue<Kink>
{
    internal Kink(string place, long count, long elements) => (Place, Count, Elements) = (place, count, elements);

    /// <summary>The operation and where it is: <c>`Relu` at 0</c>, <c>a tie of `Max`</c>.</summary>
    public string Place { get; }

    /// <summary>In how many elements.</summary>
    public long Count { get; }

    /// <summary>Of how many, over all uses of the operation and all steps of loops.</summary>
    public long Elements { get; }

    /// <inheritdoc/>
    public override string ToString() => Elements == 1 ? Place : string.Create(CultureInfo.InvariantCulture, $"{Place} in {Count} of {Elements} elements");

    void IJsonValue<Kink>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("place", Place);
        writer.WriteNumber("count", Count);
        writer.WriteNumber("elements", Elements);
        writer.WriteEndObject();
    }

    static Kink IJsonValue<Kink>.ReadJson(JsonPart json)
    {
        _ = json.Object("place", "count", "elements");
        return new Kink(json["place"].Text(), json["count"].Int64(), json["elements"].Int64());
    }
}
