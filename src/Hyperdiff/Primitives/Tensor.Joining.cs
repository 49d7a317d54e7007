using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>Tensors one after the other along an axis.</summary>
    /// <param name="axis">The axis along which sizes add up; the other sizes agree.</param>
    /// <param name="tensors">One or more, of the same shape except along the axis.</param>
    /// <exception cref="ShapeMismatchException">The other sizes differ.</exception>
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        RequireSome(nameof(Concat), tensors);
        Shape first = tensors[0].Shape;
        if (first.Rank == 0)
        {
            throw new ShapeMismatchException("Concat: scalars have no axis to join along; use Stack.");
        }

        return tensors.Length == 1 ? tensors[0] : new Concat(first.Axis(axis)).Of(tensors);
    }

    /// <summary>Tensors of one shape side by side along a new axis.</summary>
    /// <param name="axis">Where the new axis stands in the result; −1 is last.</param>
    /// <param name="tensors">One or more, all of the same shape.</param>
    /// <exception cref="ShapeMismatchException">The shapes differ.</exception>
    public static Tensor Stack(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        RequireSome(nameof(Stack), tensors);
        var items = new Tensor[tensors.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = tensors[i].Shape == tensors[0].Shape
                ? tensors[i].Unsqueeze(axis)
                : throw new ShapeMismatchException($"Stack: shapes {tensors[0].Shape} and {tensors[i].Shape} differ; broadcast or pad one first.");
        }

        return Concat(axis < 0 ? axis + items[0].Rank : axis, items);
    }

    /// <summary>Cuts the tensor along an axis into parts of given sizes.</summary>
    /// <param name="axis">The axis that is cut.</param>
    /// <param name="sizes">The sizes of the parts; their sum is the size of the axis.</param>
    /// <exception cref="ShapeMismatchException">The sizes do not add up to that of the axis.</exception>
    public Tensor[] Split(int axis, params ReadOnlySpan<int> sizes)
    {
        axis = Shape.Axis(axis);
        var parts = new Tensor[sizes.Length];
        long sum = 0;
        foreach (int size in sizes)
        {
            sum += size;
        }

        if (sum != Shape[axis] || sizes.IndexOfAnyInRange(int.MinValue, -1) >= 0)
        {
            throw new ShapeMismatchException(
                $"Split: sizes [{string.Join(", ", sizes.ToArray())}] do not make up axis {axis} of shape {Shape}, of size {Shape[axis]}.");
        }

        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = Slice(axis, start, start + sizes[i]);
            start += sizes[i];
        }

        return parts;
    }

    /// <summary>The tensor, padded with copies of a number.</summary>
    /// <param name="before">How many of them before the tensor, along every axis.</param>
    /// <param name="after">How many after it, along every axis.</param>
    /// <param name="value">The number.</param>
    public Tensor Pad(ReadOnlySpan<int> before, ReadOnlySpan<int> after, double value = 0)
    {
        if (before.Length != Rank || after.Length != Rank || before.IndexOfAnyInRange(int.MinValue, -1) >= 0 || after.IndexOfAnyInRange(int.MinValue, -1) >= 0)
        {
            throw new ArgumentException(
                $"Pad: shape {Shape} takes {Rank} counts before and {Rank} after, none negative; given were "
                    + $"[{string.Join(", ", before.ToArray())}] and [{string.Join(", ", after.ToArray())}].",
                nameof(before));
        }

        for (int axis = 0; axis < Rank; axis++)
        {
            if ((long)before[axis] + Shape[axis] + after[axis] > int.MaxValue)
            {
                throw new ArgumentOutOfRangeException(nameof(after), after[axis],
                    $"Pad: axis {axis} of shape {Shape} with {before[axis]} before and {after[axis]} after has more than 2^31-1 elements.");
            }
        }

        return value == 0 ? PadWithZeros(before, after) : PadWith(value, before, after);
    }

    private Tensor PadWithZeros(ReadOnlySpan<int> before, ReadOnlySpan<int> after)
    {
        var sizes = new int[Rank];
        var steps = new int[Rank];
        for (int axis = 0; axis < Rank; axis++)
        {
            (sizes[axis], steps[axis]) = (before[axis] + Shape[axis] + after[axis], 1);
        }

        return new Pad(new Shape(sizes), new Axes(before), new Axes(steps)).Of(this);
    }

    // axis by axis, between constants: adding the number to zeros would not do for infinities
    private Tensor PadWith(double value, ReadOnlySpan<int> before, ReadOnlySpan<int> after)
    {
        Tensor padded = this;
        for (int axis = 0; axis < Rank; axis++)
        {
            if (before[axis] + after[axis] > 0)
            {
                padded = Concat(axis, padded.Margin(axis, before[axis], value), padded, padded.Margin(axis, after[axis], value));
            }
        }

        return padded;
    }

    private Tensor Margin(int axis, int size, double value) => Full(new Shape([.. Shape.Sizes[..axis], size, .. Shape.Sizes[(axis + 1)..]]), value, DType);

    private static void RequireSome(string name, ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.IsEmpty)
        {
            throw new ArgumentException($"{name}: there is no tensor to join; give at least one.", nameof(tensors));
        }

        foreach (Tensor tensor in tensors)
        {
            ArgumentNullException.ThrowIfNull(tensor, nameof(tensors));
        }
    }
}
