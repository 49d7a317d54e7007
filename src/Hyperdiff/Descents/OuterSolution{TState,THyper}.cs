using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>Where a <see cref="HypergradientDescent"/> ended.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed class OuterSolution<TState, THyper> : IJsonWritten
{
    internal OuterSolution(THyper hyper, ImplicitHypergradient<TState, THyper> hypergradient, ErrorEstimate<THyper> error, SolveReport report,
        int evaluations) =>
        (Hyper, Hypergradient, Error, Report, Evaluations) = (hyper, hypergradient, error, report, evaluations);

    /// <summary>λ. It is a stationary point only if the report says so.</summary>
    public THyper Hyper { get; }

    /// <summary>w, as the inner solver left it for this λ.</summary>
    public TState State => Hypergradient.State;

    /// <summary>The hypergradient there, with the state and the adjoint to go on from.</summary>
    public ImplicitHypergradient<TState, THyper> Hypergradient { get; }

    /// <summary>The last estimate of a hypergradient's error; it held for this tolerance, and for a gradient at most twice as large.</summary>
    public ErrorEstimate<THyper> Error { get; }

    /// <summary>How the descent ended: steps, ‖∇ℓ‖ against its tolerance, and the products of all inner solves, adjoints and estimates together; the estimated
    /// error of λ, unless a tolerance was given.</summary>
    public SolveReport Report { get; }

    /// <summary>The inner solve or the adjoint that ended the descent, and whose status the report has; null if none did.</summary>
    public SolveReport? FailedSolve { get; internal init; }

    /// <summary>How many hypergradients were computed, those included that were found too inaccurate.</summary>
    public int Evaluations { get; }

    /// <summary>What the user should know of the last hypergradient: kinks exactly there, among others.</summary>
    public ImmutableArray<HypergradientWarning> Warnings => Hypergradient.Warnings;

    /// <summary>λ, if the descent converged.</summary>
    /// <exception cref="SolveException">It did not.</exception>
    public THyper EnsureConverged()
    {
        SolveException.ThrowUnlessConverged("This descent", FailedSolve is null ? [Report] : [Report, FailedSolve]);
        return Hyper;
    }

    /// <summary>The report, the last estimate, and the warnings.</summary>
    public override string ToString() =>
        $"{Report}{(FailedSolve is null ? string.Empty : $"\n{FailedSolve}")}\nerror of the hypergradient {Error}"
        + string.Concat(Warnings.Select(warning => $"\nwarning {warning}"));

    void IJsonWritten.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteValue("report", Report);
        if (FailedSolve is { } failed)
        {
            writer.WriteValue("failedSolve", failed);
        }

        writer.WriteNumber("evaluations", Evaluations);
        writer.WriteEach("warnings", Warnings);
        writer.WriteStructure("hyper", Hyper);
        writer.WriteEndObject();
    }
}
