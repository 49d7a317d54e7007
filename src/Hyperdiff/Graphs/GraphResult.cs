using System.Collections.Immutable;

namespace Hyperdiff.Graphs;

/// <summary>What a graph computed.</summary>
/// <param name="Outputs">Its outputs.</param>
/// <param name="Reports">The reports of the solves within; empty when the graph was recorded in a trace, which then carries them.</param>
public readonly record struct GraphResult(Tensor[] Outputs, ImmutableArray<SolveReport> Reports);
