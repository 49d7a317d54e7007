using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>The transpose of a linear graph.</summary>
/// <param name="Graph"><c>(ȳ, residuals) → x̄</c>.</param>
/// <param name="Reached">For every x̄, whether any ȳ reaches it; otherwise it is structurally zero, and its input is unused.</param>
internal sealed record TransposedGraph(Graph Graph, ImmutableArray<bool> Reached);
