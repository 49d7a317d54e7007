using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>A derivative with its evidence: the solves that it rests on, and the kinks that it was taken at.</summary>
/// <param name="Value">The derivative.</param>
/// <param name="Reports">One per solve; empty inside an enclosing transformation, whose result then carries them.</param>
/// <param name="Kinks">One per operation without a derivative, or with one that jumps, exactly at the point: what stands for the derivative there is a
/// convention. Empty inside an enclosing transformation.</param>
[JsonConverter(typeof(JsonWrittenConverter))]
public readonly record struct Reported<T>(T Value, ImmutableArray<SolveReport> Reports, ImmutableArray<Kink> Kinks) : IJsonWritten
{
    /// <summary>The derivative, if all solves converged.</summary>
    /// <exception cref="SolveException">One did not.</exception>
    public T EnsureConverged()
    {
        SolveException.ThrowUnlessConverged("This derivative", Reports);
        return Value;
    }

    void IJsonWritten.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStructure("value", Value);
        writer.WriteEach("reports", Reports);
        writer.WriteEach("kinks", Kinks);
        writer.WriteEndObject();
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Value = {Value}, Kinks = [{string.Join("; ", Kinks)}], Reports = [{string.Join("; ", Reports)}]");
        return true;
    }
}
