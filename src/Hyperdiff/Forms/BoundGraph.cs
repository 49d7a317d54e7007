using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>A traced function with its data: a graph of state and hyperparameters, and the operands that stay the same.</summary>
/// <param name="Graph">Its inputs are the leaves of the state, of the hyperparameters, and the fixed operands.</param>
/// <param name="State">The positions of the differentiable leaves of the state among the inputs.</param>
/// <param name="Hyper">The positions of the differentiable leaves of the hyperparameters among the inputs.</param>
/// <param name="Fixed">Data and captures.</param>
/// <param name="Auxiliary">The taken-apart auxiliary output; null if there is none.</param>
/// <param name="IsValueDependent">Whether the function read values, so that the graph holds at these arguments only.</param>
internal sealed record BoundGraph(Graph Graph, Axes State, Axes Hyper, Tensor[] Fixed, object? Auxiliary, bool IsValueDependent)
{
    /// <summary>All operands of a call.</summary>
    public Tensor[] Operands(Tensor[] state, Tensor[] hyper) => [.. state, .. hyper, .. Fixed];

    /// <summary>The same operands for another graph over them.</summary>
    public BoundGraph With(Graph graph) => this with { Graph = graph };
}
