using System.Collections.Concurrent;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Σ xᵢ² of a tensor, as float64: in one pass and without the squares in memory, also outside of any graph.</summary>
internal static class SumOfSquares
{
    // a program that goes through more types than this starts again
    private const int Most = 256;

    private static readonly ConcurrentDictionary<TensorType, Graph> s_graphs = new();

    /// <summary>The sum.</summary>
    public static Tensor Of(Tensor tensor)
    {
        // in a trace it is fused there, and what repeats one scalar stays one
        if (tensor.Storage is TracedStorage or UniformStorage)
        {
            return Traced(tensor);
        }

        if (s_graphs.Count >= Most)
        {
            s_graphs.Clear();
        }

        return s_graphs.GetOrAdd(tensor.Type, type => TracedFunction.Of(operands => [Traced(operands[0])], [type]).Graph).Call([tensor]).Outputs[0];
    }

    private static Tensor Traced(Tensor tensor) => (tensor * tensor).Sum().To(DType.Float64);
}
