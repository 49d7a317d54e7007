using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>One derivative along a random direction within one leaf, and what differences say of it: a line of a <see cref="DerivativeCheck"/>.</summary>
/// <param name="Function">What was differentiated: the inner condition, an objective at a fixed state, or the whole of ℓ(λ).</param>
/// <param name="Leaf">The leaf of w or λ that the direction moves.</param>
/// <param name="Method">How the derivative was computed.</param>
/// <param name="Derivative">What it is; NaN if it was skipped.</param>
/// <param name="Difference">What differences say.</param>
/// <param name="Tolerance">How far apart the two may be: what the sweep of step sizes says of its own error, and √ε of the magnitudes.</param>
/// <param name="Outcome">How they compare.</param>
/// <param name="Note">Why, where that is not evident.</param>
[JsonConverter(typeof(JsonValueConverter<CheckedDerivative>))]
public sealed record CheckedDerivative(string Function, string Leaf, string Method, double Derivative, double Difference, double Tolerance,
    CheckOutcome Outcome, string Note) : IJsonValue<CheckedDerivative>
{
    void IJsonValue<CheckedDerivative>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("function", Function);
        writer.WriteString("leaf", Leaf);
        writer.WriteString("method", Method);
        writer.WriteDouble("derivative", Derivative);
        writer.WriteDouble("difference", Difference);
        writer.WriteDouble("tolerance", Tolerance);
        writer.WriteWord("outcome", Outcome);
        writer.WriteString("note", Note);
        writer.WriteEndObject();
    }

    static CheckedDerivative IJsonValue<CheckedDerivative>.ReadJson(JsonPart json)
    {
        _ = json.Object("function", "leaf", "method", "derivative", "difference", "tolerance", "outcome", "note");
        return new CheckedDerivative(
            json["function"].Text(), json["leaf"].Text(), json["method"].Text(), json["derivative"].Double(), json["difference"].Double(),
            json["tolerance"].Double(), json["outcome"].Word<CheckOutcome>(), json["note"].Text());
    }
}
