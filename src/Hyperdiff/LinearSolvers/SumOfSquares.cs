using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Σ xᵢ² of a tensor, as float64: in one pass and without the squares in memory, also outside any graph.</summary>
internal static class SumOfSquares
{
    private const int MostTypes = 64;

    private static readonly RecentlyUsed<TensorType, Graph> s_graphs = new(MostTypes);

    /// <summary>The sum, for the multiple of the tensor by a power of two. Squares of float32 are exact in float64; those of float64 numbers beyond 1e±150
    /// leave its range.</summary>
    public static Tensor Of(Tensor tensor, double multiple = 1)
    {
        // in a trace it is fused there, and what repeats one scalar stays one
        if (tensor.Storage is TracedStorage or UniformStorage || multiple != 1)
        {
            return Traced(tensor, multiple);
        }

        Graph graph = s_graphs.Find(tensor.Type) ?? s_graphs.Keep(tensor.Type, TracedFunction.Of(operands => [Traced(operands[0], 1)], [tensor.Type]).Graph);
        return graph.Call([tensor]).Outputs[0];
    }

    /// <summary>The sum over numbers at hand.</summary>
    public static double Of(ReadOnlySpan<float> numbers)
    {
        double sum = 0;
        foreach (float number in numbers)
        {
            sum += (double)number * number;
        }

        return sum;
    }

    private static Tensor Traced(Tensor tensor, double multiple)
    {
        Tensor numbers = tensor.To(DType.Float64);
        numbers = multiple == 1 ? numbers : multiple * numbers;
        return (numbers * numbers).Sum();
    }
}
