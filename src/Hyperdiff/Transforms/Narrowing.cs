using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>Precision as a transformation: a graph over <c>float64</c> as the same graph over <c>float32</c>.</summary>
/// <remarks>Every value that was <c>float64</c> is <c>float32</c>; integers and truth values stay. What was computed in <c>float64</c> on purpose, such as sums
/// of squares, is computed in <c>float32</c> too.</remarks>
internal static class Narrowing
{
    private static readonly ConditionalWeakTable<TensorStorage, Tensor> s_kept = [];

    /// <summary>The graph over <c>float32</c>; null if there is none: it holds solves, functions of the user's that see tensors, or constants that
    /// <c>float32</c> does not.</summary>
    public static Graph? Of(Graph graph) => graph.Derive(Key.Instance, static wide => new Narrowed(Made(wide))).Graph;

    /// <summary>The same numbers in <c>float32</c>, kept as long as the tensor lives; the tensor itself if it holds no <c>float64</c>.</summary>
    public static Tensor Of(Tensor tensor) => tensor.DType != DType.Float64 ? tensor
        : tensor.Storage is HostStorage { IsReused: false }
        ? Matching(s_kept.GetValue(tensor.Storage, _ => tensor.To(DType.Float32)), tensor) : tensor.To(DType.Float32);

    // two tensors of different shapes may share a storage
    private static Tensor Matching(Tensor kept, Tensor tensor) => kept.Shape == tensor.Shape ? kept : tensor.To(DType.Float32);

    private static Graph? Made(Graph graph)
    {
        if (!graph.Reports.IsEmpty)
        {
            return null;
        }

        var builder = new GraphBuilder();
        var copies = new ValueMap<Value>(graph);
        foreach (Value input in graph.Inputs)
        {
            copies.Set(input, builder.Input(Of(input.Type)));
        }

        foreach (Equation equation in graph.Equations)
        {
            if (equation.Primitive.Narrowed(Of) is not { } narrow)
            {
                return null;
            }

            Value[] results = [.. builder.Add(narrow, copies.Of(equation.Operands))];
            if (!results.Select(result => result.Type).SequenceEqual(equation.Results.Select(result => Of(result.Type))))
            {
                return null;
            }

            copies.Set(equation.Results, results);
        }

        return Simplification.Of(builder.Build(copies.Of(graph.Outputs)));
    }

    private static TensorType Of(TensorType type) => type.DType == DType.Float64 ? type with { DType = DType.Float32 } : type;

    private sealed record Narrowed(Graph? Graph);

    private sealed record Key : IDerivation<Narrowed>
    {
        public static Key Instance { get; } = new();
    }
}
