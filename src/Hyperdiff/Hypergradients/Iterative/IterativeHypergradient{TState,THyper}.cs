using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>A hypergradient by differentiating the iterations: the exact derivative of F at the last iterate, not at the fixed point.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
[JsonConverter(typeof(JsonWrittenConverter))]
public sealed class IterativeHypergradient<TState, THyper> : HypergradientResult<TState, THyper>
{
    private readonly IterativeOutcome _outcome;

    internal IterativeHypergradient(BilevelProblem<TState, THyper> problem, IterativeOutcome outcome)
        : base(problem, outcome.Parts) => _outcome = outcome;

    /// <summary>Whether the derivative reached the initial state: it does in reverse, unless that was truncated.</summary>
    public bool ReachesStart => _outcome.InStart is not null;

    /// <summary>The gradient in the initial state, α₀. <see cref="Hypergradient.FirstOrderMaml"/> gives an approximation of it.</summary>
    /// <exception cref="InvalidOperationException">The derivative did not reach it: <see cref="ReachesStart"/>.</exception>
    public TState WithRespectToStart => _outcome.InStart is { } gradient
        ? LikeState(gradient) : throw new InvalidOperationException($"There is no gradient in the initial state: {_outcome.NoStart}.");

    /// <inheritdoc/>
    public override ImmutableArray<SolveReport> Reports => [InnerReport];
}

/// <summary>A hypergradient by differentiating steps, as leaves.</summary>
/// <param name="Parts">What every method computes.</param>
/// <param name="InStart">The gradient in the initial state, the active leaves; null where the derivative did not reach it.</param>
/// <param name="NoStart">Why it did not; null where it did.</param>
internal sealed record IterativeOutcome(HypergradientParts Parts, Tensor[]? InStart, string? NoStart = null) : HypergradientOutcome(Parts);
