using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What an inner solve found, and how far it got.</summary>
/// <typeparam name="TState">The structure of the state.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed class Solution<TState> : IJsonWritten
{
    internal Solution(TState state, SolveReport report) => (State, Report) = (state, report);

    /// <summary>The state that was reached. It is a solution only if the report says so.</summary>
    public TState State { get; }

    /// <summary>How the solve ended.</summary>
    public SolveReport Report { get; }

    /// <summary>The state, if the solve converged.</summary>
    /// <exception cref="SolveException">It did not.</exception>
    public TState EnsureConverged()
    {
        SolveException.ThrowUnlessConverged("This solution", [Report]);
        return State;
    }

    /// <summary>The report.</summary>
    public override string ToString() => Report.ToString();

    void IJsonWritten.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("report", Report);
        writer.WriteStructure("state", State);
        writer.WriteEndObject();
    }
}
