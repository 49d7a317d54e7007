using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>
/// Slices added into zeros along an axis, where <c>int32</c> indices say: <c>[…, chosen …, …]</c> and <c>[chosen …]</c> give <c>[…, Size, …]</c>.
/// </summary>
/// <remarks>Linear in the slices; its transpose is <see cref="Take"/>. Slices with the same index add up. The definition adds in double precision.</remarks>
/// <param name="Axis">The axis that is indexed.</param>
/// <param name="Size">Its size in the result.</param>
/// <param name="Batch">How many leading axes slices and indices share: each item has indices of its own.</param>
internal sealed record ScatterAdd(int Axis, int Size, int Batch = 0) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Elementwise.RequireFloating(Name, operands[0]);
        return operands[0] with { Shape = Indexing.Whole(Name, operands[0].Shape, operands[1], (Axis, Batch, Size)) };
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (result.Type.DType == DType.Float32)
        {
            Run<float>(operands[0], operands[1], result);
        }
        else
        {
            Run<double>(operands[0], operands[1], result);
        }
    }

    /// <summary>Where all items share the indices, the batch is one more axis before the indexed one.</summary>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => Batch == 0 && !operands[1].IsBatched
        ? new ScatterAdd(Axis + 1, Size).Of(operands[0].Tensor, operands[1].Tensor)
        : new ScatterAdd(Axis + 1, Size, Batch + 1).Of(operands[0].Repeated(size), operands[1].Repeated(size));

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        tangents[0] is { } tangent ? Of(tangent, operands[1]) : null;

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => [new Take(Axis, Batch).Of(cotangent, operands[1].Value), null];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Added(this, operands);

    private void Run<T>(HostArray part, HostArray indices, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var sums = new double[result.Count];
        var indexing = new Indexing(Name, result.Type.Shape, indices.Type.Shape, (Axis, Batch));
        Span<T> x = part.AsSpan<T>();
        foreach ((int to, int from) in indexing.Blocks(indices.AsSpan<int>()))
        {
            for (int i = 0; i < indexing.BlockSize; i++)
            {
                sums[to + i] += double.CreateTruncating(x[from + i]);
            }
        }

        Span<T> y = result.AsSpan<T>();
        for (int i = 0; i < y.Length; i++)
        {
            y[i] = T.CreateTruncating(sums[i]);
        }
    }
}
