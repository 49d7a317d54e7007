using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>What the functions of <c>e^(xᵢ) / Σ e^(xⱼ)</c> along an axis have in common. Every slice is shifted by its own maximum, so nothing
/// overflows.</summary>
/// <param name="Axis">The axis that is summed over, not of size 0.</param>
internal abstract record ExponentialShares(int Axis) : Composite
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Elementwise.RequireFloating(Name, operands[0]);
        Extremum.RequireElements(Name, new Axes(Axis), operands[0].Shape);
        return Reduces ? operands[0] with { Shape = new Shape([.. operands[0].Shape.Sizes.Select((size, axis) => axis == Axis ? 1 : size)]) } : operands[0];
    }

    /// <summary>Whether there is one result for a slice, the axis keeping size 1, instead of one for each of its elements.</summary>
    protected virtual bool Reduces => false;

    /// <summary>The result for one element of a slice: the definition.</summary>
    /// <param name="x">The element; any one, where there is one result for all.</param>
    /// <param name="shift">The maximum, 0 if that is infinite.</param>
    /// <param name="rest">Σ e^(xⱼ − shift) − 1, with all digits also where the greatest element is all but alone.</param>
    public abstract double Map(double x, double shift, double rest);

    /// <inheritdoc/>
    public sealed override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (result.Type.DType == DType.Float32)
        {
            Run<float>(operands[0], result.AsSpan<float>());
        }
        else
        {
            Run<double>(operands[0], result.AsSpan<double>());
        }
    }

    /// <inheritdoc/>
    public sealed override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => (this with { Axis = Axis + 1 }).Of(operands[0].Tensor);

    /// <summary>The maximum of each slice, by which its elements are shifted. An infinite one shifts nothing: ∞ − ∞ is not a number.</summary>
    internal static Tensor Shift(Tensor x, int axis)
    {
        Tensor maximum = x.Max(axis, keepAxis: true);
        return Tensor.Where(maximum.IsFinite(), maximum, 0);
    }

    /// <summary>Σ e^(dⱼ) − 1 of elements less their maximum: those that attain it count as they are, since their sum with small ones has no place for
    /// these.</summary>
    internal static Tensor Rest(Tensor shifted, int axis)
    {
        Tensor greatest = shifted.Equals(0, string.Empty);
        Tensor count = Tensor.Where(greatest, Tensor.OnesLike(shifted), 0).Sum(axis, keepAxis: true);
        return Tensor.Where(greatest, 0, shifted.Exp()).Sum(axis, keepAxis: true) + (count - 1);
    }

    private void Run<T>(HostArray operand, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> x = operand.AsSpan<T>();
        int size = operand.Type.Shape[Axis], stride = operand.Type.Shape.Strides()[Axis];
        for (int slice = 0; slice < x.Length / size; slice++)
        {
            int i = (slice / stride * size * stride) + (slice % stride);
            double maximum = double.NegativeInfinity, small = 0, greatest = 0;
            for (int j = 0; j < size; j++)
            {
                maximum = Math.Max(maximum, double.CreateTruncating(x[i + (j * stride)]));
            }

            double shift = double.IsFinite(maximum) ? maximum : 0;
            for (int j = 0; j < size; j++)
            {
                double difference = double.CreateTruncating(x[i + (j * stride)]) - shift;
                (small, greatest) = difference == 0 ? (small, greatest + 1) : (small + Math.Exp(difference), greatest);
            }

            for (int j = 0; j < (Reduces ? 1 : size); j++)
            {
                y[Reduces ? slice : i + (j * stride)] = T.CreateTruncating(Map(double.CreateTruncating(x[i + (j * stride)]), shift, small + (greatest - 1)));
            }
        }
    }
}
