using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>A graph for a batch of operands.</summary>
/// <param name="Graph">The graph; batched inputs and outputs have the batch as their axis 0.</param>
/// <param name="Outputs">Which outputs are batched: the others are the same for all items.</param>
/// <param name="Size">The number of items.</param>
internal sealed record BatchedGraph(Graph Graph, ImmutableArray<bool> Outputs, int Size)
{
    /// <summary>The graph with every output batched: repeated where it is the same for all items.</summary>
    public Graph Repeated => Outputs.All(batched => batched)
        ? Graph : Graph.Derive(new RepeatedKey(Size), graph => Simplification.Of(TracedFunction.Of(
        operands => [.. graph.Call(operands).Outputs.Select((output, i) => new BatchOperand(output, Outputs[i]).Repeated(Size))],
        [.. graph.Inputs.Select(input => input.Type)]).Graph));

    private readonly record struct RepeatedKey(int Size) : IDerivation<Graph>;
}
