using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>What every method computes, as leaves, before it is made a result.</summary>
/// <param name="Value">F.</param>
/// <param name="Point">w and λ where it holds.</param>
/// <param name="Direct">h, the active leaves.</param>
/// <param name="Indirect">The rest, the active leaves.</param>
/// <param name="InnerReport">How the inner problem was solved.</param>
/// <param name="Warnings">What the user should know.</param>
internal sealed record HypergradientParts(
    double Value, BilevelPoint Point, Tensor[] Direct, Tensor[] Indirect, SolveReport InnerReport, ImmutableArray<HypergradientWarning> Warnings)
{
    /// <summary>What a computation at other hyperparameters can go on from; null if nothing but w.</summary>
    public WarmStart? WarmStart { get; init; }
}
