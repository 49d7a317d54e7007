using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>A hypergradient from minibatches: an estimate. Its value, g and h are averages over the minibatches of the outer objective.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed class StochasticHypergradient<TState, THyper> : HypergradientResult<TState, THyper>
{
    private readonly StochasticOutcome _outcome;

    internal StochasticHypergradient(BilevelProblem<TState, THyper> problem, StochasticOutcome outcome)
        : base(problem, outcome.Parts) => _outcome = outcome;

    /// <summary>The adjoint v that was reached, near H⁻¹g, or near H⁻¹g/η for the map of gradient descent.
    /// <see cref="HypergradientResult{TState, THyper}.WarmStart"/> carries it to the next iteration.</summary>
    public TState Adjoint => LikeState(_outcome.Adjoint);

    /// <summary>How the adjoint was iterated. Its residual ‖H v − g‖ is that of the whole inner objective, measured once at the end, with the g that was
    /// iterated for; no tolerance was asked for.</summary>
    public SolveReport AdjointReport => _outcome.AdjointReport;

    /// <summary>
    /// The standard error of the averages over minibatches, h and Bᵀv at the v that was reached, over the whole structure: 0 if nothing was drawn, NaN if there
    /// was one minibatch only. What v itself is off is not in it: see the residual of <see cref="AdjointReport"/>.
    /// </summary>
    public double StandardError => _outcome.StandardError;

    /// <inheritdoc/>
    public override ImmutableArray<SolveReport> Reports => [InnerReport, AdjointReport];
}

/// <summary>A hypergradient from minibatches, as leaves.</summary>
/// <param name="Parts">What every method computes.</param>
/// <param name="Adjoint">v, the active leaves.</param>
/// <param name="AdjointReport">How it was iterated.</param>
/// <param name="StandardError">That of the averages over minibatches.</param>
internal sealed record StochasticOutcome(HypergradientParts Parts, Tensor[] Adjoint, SolveReport AdjointReport, double StandardError)
    : HypergradientOutcome(Parts)
{
    /// <inheritdoc/>
    public override SolveReport Further => AdjointReport;
}
