using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>A linear graph that keeps its choices.</summary>
/// <param name="Graph">The graph: inputs, then the masks of those that have one; outputs, then the masks of those that have one.</param>
/// <param name="Masked">Which outputs have a mask.</param>
internal sealed record GuardedGraph(Graph Graph, ImmutableArray<bool> Masked);
