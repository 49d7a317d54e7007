using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>The value of a scalar function, its gradient, and the reports of the solves that both rest on.</summary>
/// <param name="Value">f(x), a scalar.</param>
/// <param name="Gradient">∇f(x), with the structure of x; zeros for frozen leaves.</param>
/// <param name="Reports">One per solve; empty inside an enclosing transformation, whose result then carries them.</param>
[JsonConverter(typeof(JsonWrittenConverter))]
public readonly record struct ValueAndGradient<T>(Tensor Value, T Gradient, ImmutableArray<SolveReport> Reports) : IJsonWritten
{
    /// <summary>The same, if all solves converged.</summary>
    /// <exception cref="SolveException">One did not.</exception>
    public ValueAndGradient<T> EnsureConverged()
    {
        SolveException.ThrowUnlessConverged("This gradient", Reports);
        return this;
    }

    void IJsonWritten.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("value", Value);
        writer.WriteStructure("gradient", Gradient);
        writer.WriteEach("reports", Reports);
        writer.WriteEndObject();
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Value = {Value}, Gradient = {Gradient}, Reports = [{string.Join("; ", Reports)}]");
        return true;
    }
}
