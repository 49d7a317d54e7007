using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>The transpose of a linear graph.</summary>
/// <param name="Graph"><c>(ȳ, residuals) → x̄</c>.</param>
/// <param name="Reached">For every x̄, whether any ȳ reaches it; otherwise it is structurally zero, and its input is unused.</param>
internal sealed record TransposedGraph(Graph Graph, ImmutableArray<bool> Reached);

/// <summary>A linear graph that keeps its choices.</summary>
/// <param name="Graph">The graph: inputs, then the masks of those that have one; outputs, then the masks of those that have one.</param>
/// <param name="Masked">Which outputs have a mask.</param>
internal sealed record GuardedGraph(Graph Graph, ImmutableArray<bool> Masked);
