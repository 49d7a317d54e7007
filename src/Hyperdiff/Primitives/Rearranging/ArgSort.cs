using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The order of the elements along an axis, as <c>int32</c>: where the first, second, … are. Equal elements keep their order, NaN comes last. Without
/// a derivative.</summary>
/// <param name="Axis">The axis that is sorted along.</param>
/// <param name="Descending">Whether the greatest comes first.</param>
internal sealed record ArgSort(int Axis, bool Descending = false) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Elementwise.RequireNumbers(Name, operands[0]);
        return Axis >= 0 && Axis < operands[0].Shape.Rank
            ? operands[0] with { DType = DType.Int32 }
            : throw new ShapeMismatchException($"ArgSort: a tensor of shape {operands[0].Shape} has no axis {Axis} to sort along.");
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        switch (operands[0].Type.DType)
        {
            case DType.Float32:
                Run<float>(operands[0], result.AsSpan<int>());
                break;
            case DType.Float64:
                Run<double>(operands[0], result.AsSpan<int>());
                break;
            default:
                Run<int>(operands[0], result.AsSpan<int>());
                break;
        }
    }

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => (this with { Axis = Axis + 1 }).Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;

    private void Run<T>(HostArray operand, Span<int> result)
        where T : unmanaged, INumber<T>
    {
        int size = operand.Type.Shape[Axis];
        int stride = operand.Type.Shape.Strides()[Axis];
        for (int line = 0; size > 0 && line < result.Length / size; line++)
        {
            int start = (line / stride * size * stride) + (line % stride);
            T[] keys = new T[size];
            for (int i = 0; i < size; i++)
            {
                keys[i] = operand.AsSpan<T>()[start + (i * stride)];
            }

            IOrderedEnumerable<int> order = Enumerable.Range(0, size).OrderBy(i => T.IsNaN(keys[i]));
            int next = start;
            foreach (int i in Descending ? order.ThenByDescending(i => keys[i]) : order.ThenBy(i => keys[i]))
            {
                result[next] = i;
                next += stride;
            }
        }
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => operands[0].Shape[Axis] < 2
        ? [] : [KinkMask.Tie("Sort", Neighbors(operands[0].Gather(results[0], Axis)))];

    // equal elements stand side by side
    private Tensor Neighbors(Tensor sorted)
    {
        int size = sorted.Shape[Axis];
        return sorted.Slice(Axis, 0, size - 1).Equal(sorted.Slice(Axis, 1, size));
    }
}
