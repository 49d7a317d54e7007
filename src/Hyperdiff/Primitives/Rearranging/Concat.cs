using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Tensors one after the other along an axis. Linear; its transpose cuts the cotangent where they were joined.</summary>
/// <param name="Axis">The axis along which sizes add up; the other sizes agree.</param>
internal sealed record Concat(int Axis) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Shape first = operands[0].Shape;
        if (Axis < 0 || Axis >= first.Rank)
        {
            throw new ShapeMismatchException($"Concat: shape {first} has no axis {Axis} to join along; unsqueeze the tensors, or stack them.");
        }

        long joined = 0;
        foreach (TensorType operand in operands)
        {
            if (operand.DType != operands[0].DType)
            {
                throw new DTypeMismatchException(
                    $"Concat: element types "
                        + $"{operands[0].DType.Name()} and {operand.DType.Name()} differ; {Labelled.Conversion(operands[0].DType, operand.DType)}.");
            }

            if (operand.Shape.Rank != first.Rank || WithSize(operand.Shape, first[Axis]) != first)
            {
                throw new ShapeMismatchException($"Concat: shapes {first} and {operand.Shape} do not join along axis {Axis}: all other sizes must agree.");
            }

            joined += operand.Shape[Axis];
        }

        return joined <= int.MaxValue
            ? operands[0] with { Shape = WithSize(first, (int)joined) }
            : throw new ShapeMismatchException($"Concat: {joined} elements along axis {Axis} are more than 2^31-1; join fewer.");
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        int outer = 1;
        for (int axis = 0; axis < Axis; axis++)
        {
            outer *= result.Type.Shape[axis];
        }

        int next = result.Offset;
        for (int item = 0; item < outer; item++)
        {
            foreach (HostArray operand in operands)
            {
                int block = operand.Count / outer;
                Array.Copy(operand.Data, operand.Offset + (item * block), result.Data, next, block);
                next += block;
            }
        }
    }

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars)
    {
        foreach (double scalar in scalars)
        {
            if (BitConverter.DoubleToInt64Bits(scalar) != BitConverter.DoubleToInt64Bits(scalars[0]))
            {
                return null;
            }
        }

        return scalars[0];
    }

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => new Concat(Axis + 1).Of(Batches.Repeated(operands, size));

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        var parts = new Tensor[operands.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = tangents[i] ?? Tensor.ZerosLike(operands[i]);
        }

        return Of(parts);
    }

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands)
    {
        var parts = new Tensor?[operands.Length];
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            int size = operands[i].Type.Shape[Axis];
            parts[i] = operands[i].IsLinear ? cotangent.Slice(Axis, start, start + size) : null;
            start += size;
        }

        return parts;
    }

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands)
    {
        var masks = new Tensor[operands.Length];
        for (int i = 0; i < masks.Length; i++)
        {
            masks[i] = operands[i].Mask ?? Tensor.Full(operands[i].Tensor.Shape, operands[i].IsLinear ? 1 : 0, DType.Bool);
        }

        return new LiveResult(Of(LiveMasks.Tensors(operands)), Of(masks));
    }

    private Shape WithSize(Shape shape, int size) => new([.. shape.Sizes[..Axis], size, .. shape.Sizes[(Axis + 1)..]]);
}
