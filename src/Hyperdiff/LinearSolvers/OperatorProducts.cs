using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff;

/// <summary>Products with an operator and its transpose while a step of an iteration is traced.</summary>
/// <param name="graph">The operator's graph.</param>
/// <param name="residuals">The operator's residuals, as inputs of the step.</param>
internal sealed class OperatorProducts(Graph graph, Tensor[] residuals)
{
    /// <summary>A v.</summary>
    public LeafVector Product(LeafVector vector) => graph.Call([.. vector.Leaves, .. residuals]).EnsureConverged("A linear solve");

    /// <summary>Aᵀ u.</summary>
    public LeafVector TransposedProduct(LeafVector vector) =>
        Transposition.Of(graph, residuals.Length).Graph.Call([.. vector.Leaves, .. residuals]).EnsureConverged("A linear solve");
}
