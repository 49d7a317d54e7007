using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Σ xᵢ² of a tensor, as float64: in one pass and without the squares in memory, also outside of any graph.</summary>
internal static class SumOfSquares
{
    private const int MostTypes = 64;

    private static readonly RecentlyUsed<TensorType, Graph> s_graphs = new(MostTypes);

    /// <summary>The sum.</summary>
    public static Tensor Of(Tensor tensor)
    {
        // in a trace it is fused there, and what repeats one scalar stays one
        if (tensor.Storage is TracedStorage or UniformStorage)
        {
            return Traced(tensor);
        }

        Graph graph = s_graphs.Find(tensor.Type) ?? s_graphs.Keep(tensor.Type, TracedFunction.Of(operands => [Traced(operands[0])], [tensor.Type]).Graph);
        return graph.Call([tensor]).Outputs[0];
    }

    private static Tensor Traced(Tensor tensor) => (tensor * tensor).Sum().To(DType.Float64);
}
