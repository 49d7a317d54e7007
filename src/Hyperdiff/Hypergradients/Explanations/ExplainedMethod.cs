using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What a method for the hypergradient would cost: a line of an <see cref="Explanation"/>.</summary>
/// <param name="Name">The method.</param>
/// <param name="IsApplicable">Whether it can be expected to work here.</param>
/// <param name="Iterations">The updates, or steps, that it takes to eight digits, extrapolated from a few.</param>
/// <param name="Products">The products with J and Jᵀ (or H) that these take.</param>
/// <param name="Time">The time that these take, each as measured.</param>
/// <param name="Bytes">The memory for vectors, iterates or matrices, besides that of one product.</param>
/// <param name="Note">Where the numbers come from, or why the method does not apply.</param>
[JsonConverter(typeof(JsonValueConverter<ExplainedMethod>))]
public sealed record ExplainedMethod(string Name, bool IsApplicable, long Iterations, long Products, TimeSpan Time, long Bytes, string Note)
    : IJsonValue<ExplainedMethod>
{
    void IJsonValue<ExplainedMethod>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("name", Name);
        writer.WriteBoolean("isApplicable", IsApplicable);
        writer.WriteNumber("iterations", Iterations);
        writer.WriteNumber("products", Products);
        writer.WriteDouble("seconds", Time.TotalSeconds);
        writer.WriteNumber("bytes", Bytes);
        writer.WriteString("note", Note);
        writer.WriteEndObject();
    }

    static ExplainedMethod IJsonValue<ExplainedMethod>.ReadJson(JsonPart json)
    {
        _ = json.Object("name", "isApplicable", "iterations", "products", "seconds", "bytes", "note");
        return new ExplainedMethod(
            json["name"].Text(), json["isApplicable"].Truth(), json["iterations"].Int64(), json["products"].Int64(), json["seconds"].Seconds(),
            json["bytes"].Int64(), json["note"].Text());
    }
}
