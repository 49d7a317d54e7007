using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>A hypergradient that was estimated from random samples, with its standard error. The same key gives the same bits.</summary>
/// <typeparam name="TState">The structure of the state; <see cref="ValueTuple"/> where there is none but samples.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed class EstimatedHypergradient<TState, THyper> : HypergradientResult<TState, THyper>
{
    private readonly EstimatedOutcome _outcome;

    internal EstimatedHypergradient(BilevelProblem<TState, THyper> problem, EstimatedOutcome outcome)
        : base(problem, outcome.Parts) => _outcome = outcome;

    /// <summary>The standard error of every element of the gradient, with the structure of λ: √(s²/n), s² the variance among n samples; zeros for
    /// frozen leaves.</summary>
    public THyper StandardError => LikeHyper(_outcome.StandardError);

    /// <summary>The root of the expected square of the norm of the gradient's error: the standard errors' norm over the whole structure.</summary>
    public double StandardErrorNorm => EstimateReport.Residual;

    /// <summary>The number of samples.</summary>
    public int Samples => EstimateReport.Iterations;

    /// <summary>The estimate as a report: its residual is the standard error, and no tolerance was asked for.</summary>
    public SolveReport EstimateReport => _outcome.Report;

    /// <inheritdoc/>
    public override ImmutableArray<SolveReport> Reports => ReferenceEquals(InnerReport, EstimateReport) ? [EstimateReport] : [InnerReport, EstimateReport];
}

/// <summary>A hypergradient that was estimated from random samples, as leaves.</summary>
/// <param name="Parts">What every method computes.</param>
/// <param name="Report">The estimate as a report.</param>
/// <param name="StandardError">That of every element, the active leaves.</param>
internal sealed record EstimatedOutcome(HypergradientParts Parts, SolveReport Report, Tensor[] StandardError) : HypergradientOutcome(Parts)
{
    /// <inheritdoc/>
    public override SolveReport Further => Report;
}
