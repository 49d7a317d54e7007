using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>What an inner solver found, and how far it got.</summary>
/// <param name="State">All leaves of the state.</param>
/// <param name="Report">Status, iterations, residual.</param>
internal sealed record InnerSolution(Tensor[] State, SolveReport Report)
{
    /// <summary>What the caller should know besides: why a solution has no derivative.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}
