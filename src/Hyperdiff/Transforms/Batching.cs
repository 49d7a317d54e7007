using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Turns a graph for one item into one for a batch of them: every equation that depends on a batched input is applied to all items at once.</summary>
/// <remarks>What does not depend on a batched input is computed once. The result is a graph, so that it batches again, and linearizes, like any
/// other.</remarks>
internal static class Batching
{
    /// <summary>The graph for a batch, kept with the graph.</summary>
    /// <param name="graph">The graph for one item.</param>
    /// <param name="batched">Which inputs have a value of their own for every item, along a new axis 0.</param>
    /// <param name="size">The number of items.</param>
    public static BatchedGraph Of(Graph graph, ImmutableArray<bool> batched, int size)
    {
        Axes inputs = new([.. Enumerable.Range(0, batched.Length).Where(i => batched[i])]);
        return graph.Derive(new Key(inputs, size), _ => Batch(graph, inputs, size));
    }

    private static BatchedGraph Batch(Graph graph, Axes inputs, int size)
    {
        using var trace = new Trace();
        var values = new Dictionary<Value, BatchOperand>();
        for (int i = 0; i < graph.Inputs.Length; i++)
        {
            TensorType type = graph.Inputs[i].Type;
            bool batched = inputs.Contains(i);
            values[graph.Inputs[i]] = new BatchOperand(trace.Input(batched ? type with { Shape = [size, .. type.Shape.Sizes] } : type), batched);
        }

        foreach (Equation equation in graph.Equations)
        {
            BatchOperand[] operands = [.. equation.Operands.Select(operand => values[operand])];
            bool batched = operands.Any(operand => operand.IsBatched);
            if (batched && equation.Primitive.TakesWholeBatches)
            {
                operands = [.. operands.Select(operand => new BatchOperand(operand.Repeated(size), IsBatched: true))];
            }

            Tensor[] results = batched
                ? equation.Primitive.Batched(operands, size)
                : trace.Record(equation.Primitive, [.. operands.Select(operand => operand.Tensor)]);
            for (int i = 0; i < results.Length; i++)
            {
                values[equation.Results[i]] = new BatchOperand(results[i], batched);
            }
        }

        Graph whole = trace.Close([.. graph.Outputs.Select(output => values[output].Tensor)]);
        trace.RequireClosed("batching rules");
        return new BatchedGraph(Simplification.Of(whole), [.. graph.Outputs.Select(output => values[output].IsBatched)], size);
    }

    private readonly record struct Key(Axes Inputs, int Size) : IDerivation<BatchedGraph>;
}
