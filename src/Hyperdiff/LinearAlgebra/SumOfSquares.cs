using System.Collections.Concurrent;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Σ xᵢ² of a tensor, as float64: in one pass and without the squares in memory, also outside of any graph.</summary>
internal static class SumOfSquares
{
    // a program that goes through more types than this starts again
    private const int Most = 256;

    private static readonly ConcurrentDictionary<TensorType, Graph> s_graphs = new();

    /// <summary>The sum, for the multiple of the tensor by a power of two. Squares of float32 are exact in float64; those of float64 numbers beyond 1e±150 leave its range.</summary>
    public static Tensor Of(Tensor tensor, double multiple = 1)
    {
        // in a trace it is fused there, and what repeats one scalar stays one
        if (tensor.Storage is TracedStorage or UniformStorage || multiple != 1)
        {
            return Traced(tensor, multiple);
        }

        if (s_graphs.Count >= Most)
        {
            s_graphs.Clear();
        }

        return s_graphs.GetOrAdd(tensor.Type, type => TracedFunction.Of(operands => [Traced(operands[0], 1)], [type]).Graph).Call([tensor]).Outputs[0];
    }

    private static Tensor Traced(Tensor tensor, double multiple)
    {
        Tensor numbers = tensor.To(DType.Float64);
        numbers = multiple == 1 ? numbers : multiple * numbers;
        return (numbers * numbers).Sum();
    }
}
