using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Repeats a tensor along new leading axes and along axes of size 1. Linear; its transpose sums over the repeated axes.</summary>
/// <param name="Target">The shape of the result.</param>
internal sealed record BroadcastTo(Shape Target) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        if (!Shape.TryBroadcast(operands[0].Shape, Target, out Shape common) || common != Target)
        {
            throw new ShapeMismatchException(
                $"BroadcastTo: shape {operands[0].Shape} does not broadcast to {Target}; only absent axes and axes of size 1 stretch.");
        }

        return operands[0] with { Shape = Target };
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        int[] strides = StretchedStrides(operands[0].Type.Shape, Target);
        Strided.Gather(operands[0], strides, start: 0, result);
    }

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => scalars[0];

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size)
    {
        ReadOnlySpan<int> item = operands[0].Tensor.Shape.Sizes.AsSpan()[1..];
        return new BroadcastTo(Batches.Of(size, Target)).Of(operands[0].Tensor.Reshape([size, .. Enumerable.Repeat(1, Target.Rank - item.Length), .. item]));
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Of(tangents[0]!);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands)
    {
        Shape source = operands[0].Type.Shape;
        int added = Target.Rank - source.Rank;
        int[] summed = [.. Enumerable.Range(0, Target.Rank).Where(axis => axis < added || (source[axis - added] == 1 && Target[axis] != 1))];
        return [new Sum(summed).Of(cotangent).Reshape(source)];
    }

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Moved(this, operands);

    /// <summary>The strides of a source as seen from the shape it is stretched to: 0 along repeated axes.</summary>
    public static int[] StretchedStrides(Shape source, Shape target)
    {
        int[] own = source.Strides();
        var strides = new int[target.Rank];
        int added = target.Rank - source.Rank;
        for (int axis = added; axis < target.Rank; axis++)
        {
            strides[axis] = source[axis - added] == 1 ? 0 : own[axis - added];
        }

        return strides;
    }

    /// <inheritdoc/>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit) => operands[0] switch
    {
        var same when same.Type.Shape == Target => same,
        { Definition: { Primitive: BroadcastTo, Operands: var inner } } => emit(this, inner),
        _ => null,
    };
}
