using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Where a <see cref="Descent"/> ended, and why.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed class DescentSolution<TState, THyper> : IJsonWritten
{
    internal DescentSolution(
        DescentState<TState, THyper> last,
        SolveReport report,
        OracleCounts counts,
        string? reason,
        ImmutableArray<DescentCondition> conditions,
        ImmutableArray<HypergradientWarning> warnings) =>
        (Last, Report, Counts, Reason, Conditions, Warnings) = (last, report, counts, reason, conditions, warnings);

    /// <summary>λ. Where a method is biased, it is not a stationary point of ℓ even if the descent converged; each says by how much.</summary>
    public THyper Hyper => Last.Hyper;

    /// <summary>w.</summary>
    public TState State => Last.State;

    /// <summary>Where the descent ended, to go on from.</summary>
    public DescentState<TState, THyper> Last { get; }

    /// <summary>How it ended: steps, the norm of the directions against its tolerance, Hessian products, and mixed products as transposed ones; the estimated
    /// error of λ, unless a tolerance was given.</summary>
    public SolveReport Report { get; }

    /// <summary>All calls, those of the step included that measured the last residual, and of further looks at directions.</summary>
    public OracleCounts Counts { get; }

    /// <summary>Why no step could be made, if that is what ended the descent.</summary>
    public string? Reason { get; }

    /// <summary>What the method needs of its numbers, checked against the bounds it was given; empty without them.</summary>
    public ImmutableArray<DescentCondition> Conditions { get; }

    /// <summary>What the user should know: leaves of λ that nothing depends on, which were therefore not moved; kinks of either objective exactly where the
    /// descent ended.</summary>
    public ImmutableArray<HypergradientWarning> Warnings { get; }

    /// <summary>λ, if the descent converged.</summary>
    /// <exception cref="SolveException">It did not.</exception>
    public THyper EnsureConverged()
    {
        SolveException.ThrowUnlessConverged(Reason is null ? "This descent" : $"This descent ({Reason})", [Report]);
        return Hyper;
    }

    /// <summary>The report, the counts, what does not hold, and the warnings.</summary>
    public override string ToString() => string.Join('\n',
    [
        $"{Report}", $"{Counts}", .. Reason is null ? [] : (string[])[Reason],
        .. Conditions.Where(condition => !condition.Holds).Select(condition => $"{condition}"), .. Warnings.Select(warning => $"warning {warning}"),
    ]);

    void IJsonWritten.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("report", Report);
        writer.WriteValue("counts", Counts);
        writer.WriteString("reason", Reason);
        writer.WriteEach("conditions", Conditions);
        writer.WriteEach("warnings", Warnings);
        writer.WriteStructure("hyper", Hyper);
        writer.WriteEndObject();
    }
}
