using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Where along an axis the greatest or smallest element is, as <c>int32</c>: the first of several, the first NaN if there is one. Without a
/// derivative.</summary>
/// <param name="Axis">The axis that disappears, not of size 0.</param>
internal abstract record ArgExtremum(int Axis) : Reduction(new Axes(Axis))
{
    /// <summary>Whether an element is better than the best before it: the definition.</summary>
    public abstract bool Beats<T>(T x, T best)
        where T : INumber<T>;

    /// <inheritdoc/>
    public sealed override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Elementwise.RequireNumbers(Name, operands[0]);
        TensorType result = base.InferResult(operands);
        Extremum.RequireElements(Name, Reduced, operands[0].Shape);
        return result with { DType = DType.Int32 };
    }

    /// <inheritdoc/>
    public sealed override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
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
    public sealed override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => 0;

    /// <inheritdoc/>
    public sealed override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) =>
        (this with { Axis = Axis + 1, Reduced = Batches.Shifted(Reduced) }).Of(operands[0].Tensor);

    /// <inheritdoc/>
    public sealed override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;

    private void Run<T>(HostArray operand, Span<int> result)
        where T : unmanaged, INumber<T>
    {
        Span<T> x = operand.AsSpan<T>();
        int size = operand.Type.Shape[Axis];
        int stride = operand.Type.Shape.Strides()[Axis];
        for (int i = 0; i < result.Length; i++)
        {
            int start = (i / stride * size * stride) + (i % stride);
            int best = 0;
            for (int j = 1; j < size && !T.IsNaN(x[start + (best * stride)]); j++)
            {
                T element = x[start + (j * stride)];
                best = Beats(element, x[start + (best * stride)]) || T.IsNaN(element) ? j : best;
            }

            result[i] = best;
        }
    }

    /// <inheritdoc/>
    public sealed override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) =>
        [KinkMask.Tie(Name, new Sum(Reduced)
            .Of(operands[0].Equal(operands[0].Gather(Stretch(results[0], operands[0].Shape), Reduced[0])).To(DType.Float64)) > 1)];
}

/// <summary>Where along an axis the greatest element is; the first of several.</summary>
/// <param name="Axis">The axis that disappears, not of size 0.</param>
internal sealed record ArgMax(int Axis) : ArgExtremum(Axis)
{
    /// <inheritdoc/>
    public override bool Beats<T>(T x, T best) => x > best;
}

/// <summary>Where along an axis the smallest element is; the first of several.</summary>
/// <param name="Axis">The axis that disappears, not of size 0.</param>
internal sealed record ArgMin(int Axis) : ArgExtremum(Axis)
{
    /// <inheritdoc/>
    public override bool Beats<T>(T x, T best) => x < best;
}
