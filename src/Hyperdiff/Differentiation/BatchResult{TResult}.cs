using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>The results of a batch, with the reports of the solves that each item rests on.</summary>
/// <typeparam name="TResult">The structure of the results.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed class BatchResult<TResult> : IJsonWritten
{
    internal BatchResult(TResult value, ImmutableArray<ImmutableArray<SolveReport>> reports) => (Value, Reports) = (value, reports);

    /// <summary>The results, stacked along axis 0 of every leaf. Those of an item are to be relied on only if its reports say so.</summary>
    public TResult Value { get; }

    /// <summary>For every item, the reports of its solves; those of a solve that all items share stand with each. Empty inside an enclosing transformation,
    /// whose result then carries them.</summary>
    public ImmutableArray<ImmutableArray<SolveReport>> Reports { get; }

    /// <summary>The items with a solve that did not converge.</summary>
    public ImmutableArray<int> FailedItems => [.. Enumerable.Range(0, Reports.Length).Where(item => Reports[item].Any(report => !report.Converged))];

    /// <summary>The results, if all solves of all items converged.</summary>
    /// <exception cref="SolveException">One did not; the message names its item.</exception>
    public TResult EnsureConverged()
    {
        SolveException.ThrowUnlessConverged("This batch", Reports.SelectMany(item => item));
        return Value;
    }

    /// <summary>How many items converged, and the reports of the others.</summary>
    public override string ToString() => string.Concat(
        $"{Reports.Length - FailedItems.Length} of {Reports.Length} items converged",
        string.Concat(FailedItems.SelectMany(item => Reports[item]).Where(report => !report.Converged).Select(report => $"\n  {report}")));

    void IJsonWritten.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStructure("value", Value);
        writer.WriteStartArray("reports");
        foreach (ImmutableArray<SolveReport> item in Reports)
        {
            writer.WriteStartArray();
            foreach (SolveReport report in item)
            {
                writer.WriteItem(report);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
