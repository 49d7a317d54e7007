using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;
using Hyperdiff.Transforms;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Where windows of two makes are added up before they are put back, each is put back by itself: as a sum over windows, which are not written
/// out then. The order of additions changes.</summary>
internal static class WindowRewrites
{
    /// <summary>The graph, simplified and rewritten.</summary>
    public static Graph Of(Graph graph) => Simplification.Of(graph, graph.Equations.Any(static equation => equation.Primitive is OverlapAdd) ? By : null);

    private static Rewriter By(Emitter emit) => (primitive, operands) => Try(primitive, operands, emit);

    private static Value? Try(Primitive primitive, ImmutableArray<Value> operands, Emitter emit) => (primitive, operands) switch
    {
        (OverlapAdd overlap, [{ Definition: { Primitive: Add, Operands: [var left, var right] } }])
            when overlap.Strides.Items.All(stride => stride == 1) && (IsMade(left) || IsMade(right)) => Each(overlap, left, right, emit),
        (Slice slice, [{ Definition: { Primitive: Add, Operands: [var left, var right] } }])
            when left.Definition?.Primitive is OverlapAdd && right.Definition?.Primitive is OverlapAdd => Each(slice, left, right, emit),
        _ => null,
    };

    private static Value Each(Primitive primitive, Value left, Value right, Emitter emit) =>
        emit(Add.Instance, [emit(primitive, [left]), emit(primitive, [right])]);

    // by a product, or by repetition
    private static bool IsMade(Value value) => value.Definition switch
    {
        { Primitive: Reshape, Operands: [var reshaped] } => IsMade(reshaped),
        { Primitive: BroadcastTo or MatMul or MaskedContraction } => true,
        _ => false,
    };
}
