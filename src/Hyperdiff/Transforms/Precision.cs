using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>Precision as a transformation: a graph over one floating type as the same graph over the other.</summary>
/// <remarks>What was computed in <c>float64</c> on purpose, such as sums of squares, is computed in <c>float32</c> too where the graph is.</remarks>
internal static class Precision
{
    private static readonly ConditionalWeakTable<TensorStorage, Tensor> s_kept = [];

    /// <summary><c>float64</c> in <c>float32</c>.</summary>
    public static Retyping Narrow { get; } = new(DType.Float64, DType.Float32, Narrowed);

    /// <summary>Tangents of <c>float32</c> in <c>float64</c>.</summary>
    public static Retyping Wide { get; } = new(DType.Float32, DType.Float64, Widened) { KeepsValues = true };

    /// <summary>The graph over <c>float32</c>; null if there is none: it holds solves, functions of the user's that see tensors, or constants that
    /// <c>float32</c> does not.</summary>
    public static Graph? Narrowed(Graph graph) => graph.Derive(new Key(DType.Float32), static wide => new Retyped(Of(wide, Narrow))).Graph;

    /// <summary>The same numbers in <c>float32</c>, kept as long as the tensor lives; the tensor itself if it holds no <c>float64</c>.</summary>
    public static Tensor Narrowed(Tensor tensor) => tensor.DType != DType.Float64 ? tensor
        : tensor.Storage is HostStorage { IsReused: false }
        ? Matching(s_kept.GetValue(tensor.Storage, _ => tensor.To(DType.Float32)), tensor) : tensor.To(DType.Float32);

    private static Graph? Widened(Graph graph) => graph.Derive(new Key(DType.Float64), static narrow => new Retyped(Of(narrow, Wide))).Graph;

    // two tensors of different shapes may share a storage
    private static Tensor Matching(Tensor kept, Tensor tensor) => kept.Shape == tensor.Shape ? kept : tensor.To(DType.Float32);

    private static Graph? Of(Graph graph, Retyping types)
    {
        if (!graph.Reports.IsEmpty)
        {
            return null;
        }

        var builder = new GraphBuilder();
        var copies = new ValueMap<Value>(graph);
        foreach (Value input in graph.Inputs)
        {
            copies.Set(input, builder.Input(types.Of(input.Type)));
        }

        foreach (Equation equation in graph.Equations)
        {
            if (types.Of(equation) is not { } primitive)
            {
                return null;
            }

            copies.Set(equation.Results, builder.Add(primitive, copies.Of(equation.Operands)).AsSpan());
        }

        return Simplification.Of(builder.Build(copies.Of(graph.Outputs)));
    }

    private sealed record Retyped(Graph? Graph);

    private sealed record Key(DType To) : IDerivation<Retyped>;
}
