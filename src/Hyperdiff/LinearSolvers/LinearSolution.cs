using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>What a linear solver found, and how far it got.</summary>
/// <param name="Value">x, a tensor of the shape of each leaf.</param>
/// <param name="Report">Status, iterations, true residual ‖b − A x‖.</param>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed record LinearSolution(Tensor[] Value, SolveReport Report) : IJsonWritten
{
    /// <summary>x, if the solve converged.</summary>
    /// <exception cref="SolveException">It did not.</exception>
    public Tensor[] EnsureConverged()
    {
        SolveException.ThrowUnlessConverged("This solution", [Report]);
        return Value;
    }

    /// <summary>What the caller should know besides: why a solver was chosen, and then one note for each that broke down.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Why the solve ended as <see cref="SolveStatus.Breakdown"/>, if it did.</summary>
    public BreakdownCause Cause { get; init; }

    /// <summary>How asymmetric a method for symmetric A (conjugate gradients, MINRES, Cholesky, Nyström's preconditioner) found it, relatively; NaN for other
    /// methods, and for fewer than two updates.</summary>
    public double Asymmetry { get; init; } = double.NaN;

    /// <summary>What it leaves to a solve with a matrix nearby; null if its solver leaves nothing.</summary>
    internal SolverMemory? Memory { get; init; }

    /// <summary>b − A x, where the solver has it at hand for a solve that goes on from x; null otherwise.</summary>
    internal Tensor[]? Left { get; init; }

    void IJsonWritten.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("report", Report);
        writer.WriteWord("cause", Cause);
        writer.WriteDouble("asymmetry", Asymmetry);
        writer.WriteStartArray("notes");
        foreach (string note in Notes)
        {
            writer.WriteStringValue(note);
        }

        writer.WriteEndArray();
        writer.WriteEach("value", Value);
        writer.WriteEndObject();
    }

    /// <summary>The report.</summary>
    public override string ToString() => Report.ToString();
}
