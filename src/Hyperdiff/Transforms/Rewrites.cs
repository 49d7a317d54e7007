using System.Collections.Immutable;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>The local rewrites: each replaces one equation by a simpler one that computes the same bits.</summary>
/// <remarks>
/// Deliberately absent, because they change bits: <c>x + 0 → x</c> (−0 + 0 is 0), <c>x · 0 → 0</c> (NaN, ∞ and −0), and any reassociation.
/// </remarks>
internal static class Rewrites
{
    /// <summary>Adds an equation, simplified in turn, to the graph under construction.</summary>
    public delegate Value Emitter(Primitive primitive, ImmutableArray<Value> operands);

    /// <summary>The value that stands for <c>primitive(operands)</c>; null if there is nothing simpler.</summary>
    public static Value? TryRewrite(Primitive primitive, ImmutableArray<Value> operands, Emitter emit) => Folded(primitive, operands, emit) ?? primitive switch
    {
        Reshape reshape => Reshaped(reshape, operands[0], emit),
        BroadcastTo broadcast => Broadcast(broadcast, operands[0], emit),
        Permute permute => Permuted(permute, operands[0], emit),
        Sum sum => Summed(sum, operands[0], emit),
        MatMul product => Product(product, operands[0], operands[1], emit),
        Elementwise elementwise => Identity(elementwise, operands, emit),
        ToEachRank each => Given(each, operands, emit),
        _ => null,
    };

    // every rank has a constant already
    private static Value? Given(ToEachRank each, ImmutableArray<Value> operands, Emitter emit) => operands is [{ Definition.Primitive: Fill fill }]
        ? emit(new Fill(fill.Scalar, fill.Type with { VariesAcross = each.Ranks }), []) : null;

    private static Value? Reshaped(Reshape reshape, Value operand, Emitter emit) => operand switch
    {
        _ when operand.Type.Shape == reshape.Target => operand,
        { Definition: { Primitive: Reshape, Operands: var inner } } => emit(reshape, inner),
        _ => null,
    };

    private static Value? Broadcast(BroadcastTo broadcast, Value operand, Emitter emit) => operand switch
    {
        _ when operand.Type.Shape == broadcast.Target => operand,
        { Definition: { Primitive: BroadcastTo, Operands: var inner } } => emit(broadcast, inner),
        _ => null,
    };

    private static Value? Permuted(Permute permute, Value operand, Emitter emit)
    {
        if (permute.Order.Items.SequenceEqual(Enumerable.Range(0, permute.Order.Count)))
        {
            return operand;
        }

        return operand.Definition switch
        {
            { Primitive: Permute inner, Operands: var source } =>
                emit(new Permute(new Axes([.. permute.Order.Items.Select(axis => inner.Order[axis])])), source),
            _ => null,
        };
    }

    // summing over axes of size 1 only renames the axes
    private static Value? Summed(Sum sum, Value operand, Emitter emit) => sum.Reduced.Items.All(axis => operand.Type.Shape[axis] == 1)
        ? emit(new Reshape(sum.InferResult([operand.Type]).Shape), [operand])
        : null;

    // a transposed operand is read transposed, never moved
    private static Value? Product(MatMul product, Value left, Value right, Emitter emit)
    {
        if (Untransposed(left) is { } a)
        {
            return emit(product with { TransposeLeft = !product.TransposeLeft }, [a, right]);
        }

        return Untransposed(right) is { } b ? emit(product with { TransposeRight = !product.TransposeRight }, [left, b]) : null;
    }

    private static Value? Untransposed(Value value)
    {
        if (value.Definition is not { Primitive: Permute { Order: var order }, Operands: [var source] })
        {
            return null;
        }

        int rank = order.Count;
        return order[rank - 1] == rank - 2 && order[rank - 2] == rank - 1 && order.Items[..^2].SequenceEqual(Enumerable.Range(0, rank - 2)) ? source : null;
    }

    // what is computed from constants alone is a constant
    private static Value? Folded(Primitive primitive, ImmutableArray<Value> operands, Emitter emit)
    {
        if (primitive is not Operation operation || operands.IsEmpty || !operands.All(operand => operand.Definition?.Primitive is Fill))
        {
            return null;
        }

        TensorType[] types = [.. operands.Select(operand => operand.Type)];
        double[] scalars = [.. operands.Select(operand => ((Fill)operand.Definition!.Primitive).Scalar)];
        return operation.FoldUniform(types, scalars) is { } scalar ? emit(new Fill(scalar, operation.InferResult(types)), []) : null;
    }

    private static Value? Identity(Elementwise elementwise, ImmutableArray<Value> operands, Emitter emit) => elementwise switch
    {
        Multiply when IsFill(operands[1], 1) => operands[0],
        Multiply when IsFill(operands[0], 1) => operands[1],
        Multiply when IsFill(operands[1], -1) && operands[0].Type.DType.IsFloating() => emit(Negate.Instance, [operands[0]]),
        Multiply when IsFill(operands[0], -1) && operands[1].Type.DType.IsFloating() => emit(Negate.Instance, [operands[1]]),
        Divide when IsFill(operands[1], 1) => operands[0],
        Subtract when IsFill(operands[1], 0) => operands[0],
        Add when operands[1].Definition is { Primitive: Negate, Operands: [var negated] } => emit(Subtract.Instance, [operands[0], negated]),
        Subtract when operands[1].Definition is { Primitive: Negate, Operands: [var negated] } => emit(Add.Instance, [operands[0], negated]),
        Negate when operands[0].Definition is { Primitive: Negate, Operands: [var inner] } => inner,
        _ => null,
    };

    // equality by bits: a constant −0 is no 0
    private static bool IsFill(Value value, double scalar) =>
        value.Definition?.Primitive is Fill fill && BitConverter.DoubleToInt64Bits(fill.Scalar) == BitConverter.DoubleToInt64Bits(scalar);
}
