using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>A hypergradient by differentiating the iterations: the exact derivative of F at the last iterate, not at the fixed point.</summary>
/// <typeparam name="TState">The structure of w.</typeparam>
/// <typeparam name="THyper">The structure of the hyperparameters λ.</typeparam>
public sealed class IterativeHypergradient<TState, THyper> : HypergradientResult<TState, THyper>
{
    private readonly Tensor[]? _inStart;

    internal IterativeHypergradient(BilevelProblem<TState, THyper> problem, IterativeOutcome outcome)
        : base(problem, outcome.Parts) => _inStart = outcome.InStart;

    /// <summary>The gradient in the initial state, α₀; null if the method was truncated, so that it did not reach the start.
    /// <see cref="Hypergradient.FirstOrderMaml"/> gives an approximation of it.</summary>
    public TState? WithRespectToStart => _inStart is null ? default : LikeState(_inStart);

    /// <inheritdoc/>
    public override ImmutableArray<SolveReport> Reports => [InnerReport];
}
