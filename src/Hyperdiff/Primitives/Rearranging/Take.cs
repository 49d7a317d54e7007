using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Slices chosen along an axis by <c>int32</c> indices: <c>[…, Size, …]</c> and <c>[chosen …]</c> give <c>[…, chosen …, …]</c>.</summary>
/// <remarks>Linear in the tensor; its transpose is <see cref="ScatterAdd"/>, so a slice taken twice gets both cotangents. An index outside the axis
/// throws.</remarks>
/// <param name="Axis">The axis that is indexed.</param>
/// <param name="Batch">How many leading axes tensor and indices share: each item has indices of its own.</param>
internal sealed record Take(int Axis, int Batch = 0) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands) =>
        operands[0] with { Shape = Indexing.Part(Name, operands[0].Shape, operands[1], (Axis, Batch)) };

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        HostArray whole = operands[0];
        var indexing = new Indexing(Name, whole.Type.Shape, operands[1].Type.Shape, (Axis, Batch));
        foreach ((int from, int to) in indexing.Blocks(operands[1].AsSpan<int>()))
        {
            Array.Copy(whole.Data, whole.Offset + from, result.Data, result.Offset + to, indexing.BlockSize);
        }
    }

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) =>
        scalars[1] >= 0 && scalars[1] < types[0].Shape[Axis] ? scalars[0] : null;

    /// <summary>Where all items share the indices, the batch is one more axis before the indexed one; where they share the tensor, one more axis of the
    /// indices.</summary>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size)
    {
        if (Batch > 0 || (operands[0].IsBatched && operands[1].IsBatched))
        {
            return new Take(Axis + 1, Batch + 1).Of(operands[0].Repeated(size), operands[1].Repeated(size));
        }

        Tensor chosen = new Take(operands[0].IsBatched ? Axis + 1 : Axis).Of(operands[0].Tensor, operands[1].Tensor);
        return operands[0].IsBatched ? chosen : chosen.MoveAxis(Axis, 0);
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        tangents[0] is { } tangent ? Of(tangent, operands[1]) : null;

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) =>
        [new ScatterAdd(Axis, operands[0].Type.Shape[Axis], Batch).Of(cotangent, operands[1].Value), null];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Moved(this, operands);
}
