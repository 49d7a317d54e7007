using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>zᵢ = aᵢ zᵢ₋₁ + bᵢ</c> along an axis, beginning with <c>z₀ = b₀</c>, for operands a and b: running sums, running products, filters.</summary>
/// <remarks>
/// Linear in b; <c>żᵢ = aᵢ żᵢ₋₁ + (ȧᵢ zᵢ₋₁ + ḃᵢ)</c> is a recurrence with the same a, and its transpose runs the other way with <c>aᵢ₊₁</c> instead of aᵢ.
/// No division occurs, so products with zeros have exact derivatives. The definition carries z in double precision.
/// </remarks>
/// <param name="Axis">The axis.</param>
/// <param name="Reverse">Whether it runs from the last element to the first: <c>zᵢ = aᵢ zᵢ₊₁ + bᵢ</c>.</param>
internal sealed record LinearRecurrence(int Axis, bool Reverse = false) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Elementwise.RequireSame(Name, operands);
        Elementwise.RequireFloating(Name, operands[0]);
        return Axis >= 0 && Axis < operands[0].Shape.Rank
            ? operands[0]
            : throw new ShapeMismatchException($"LinearRecurrence: a tensor of shape {operands[0].Shape} has no axis {Axis} to run along.");
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

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => (this with { Axis = Axis + 1 }).Of(Batches.Repeated(operands, size));

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor? change = tangents[0] is { } da ? da * Moved(result, forward: !Reverse) : null;
        return Of(operands[0], change is null ? tangents[1]! : tangents[1] is { } db ? change + db : change);
    }

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) =>
        [null, (this with { Reverse = !Reverse }).Of(MovedFactors(operands[0].Value), cotangent)];

    /// <summary>An element is live where its own term or an earlier one is; a factor of elements that are not live is of no account.</summary>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands)
    {
        (Tensor factors, LiveOperand terms) = (operands[0].Tensor, operands[1]);
        Tensor live = Of(Tensor.OnesLike(factors), terms.Mask!.To(factors.DType)) > 0;
        return new LiveResult(Of(LiveMasks.Kept(factors, Moved(live, forward: !Reverse)), terms.Tensor), live);
    }

    // equal ones, as those of a running sum, stay what they are: what moves in is the factor of the first element, which is of no account
    private Tensor MovedFactors(Tensor factors) => LiveMasks.Number(factors) is null ? Moved(factors, forward: Reverse) : factors;

    // every element where its neighbor was, and 0 where none moves in
    private Tensor Moved(Tensor tensor, bool forward)
    {
        int size = tensor.Shape[Axis];
        if (size == 0)
        {
            return tensor;
        }

        Tensor staying = forward ? tensor.Slice(Axis, 0, size - 1) : tensor.Slice(Axis, 1, size);
        var before = new int[tensor.Rank];
        var after = new int[tensor.Rank];
        (before[Axis], after[Axis]) = forward ? (1, 0) : (0, 1);
        return staying.Pad(before, after);
    }

    private void Run<T>(HostArray left, HostArray right, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> a = left.AsSpan<T>();
        Span<T> b = right.AsSpan<T>();
        Span<T> z = result.AsSpan<T>();
        int size = result.Type.Shape[Axis];
        int stride = result.Type.Shape.Strides()[Axis];
        for (int line = 0; size > 0 && line < z.Length / size; line++)
        {
            int start = (line / stride * size * stride) + (line % stride);
            double value = 0;
            for (int step = 0; step < size; step++)
            {
                int at = start + ((Reverse ? size - 1 - step : step) * stride);
                double added = double.CreateTruncating(b[at]);
                value = step == 0 ? added : (double.CreateTruncating(a[at]) * value) + added;
                z[at] = T.CreateTruncating(value);
            }
        }
    }
}
