using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The same elements, row-major, under another shape; one size may be −1 and is then inferred.</summary>
    /// <exception cref="ShapeMismatchException">The counts of elements differ.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> sizes)
    {
        int open = sizes.IndexOf(-1);
        Shape target = open < 0 ? new Shape(sizes) : Inferred(sizes, open);
        return target == Shape ? this : new Reshape(target).Of(this);
    }

    /// <summary>The axes from one to another, both included, joined into one; by default all of them.</summary>
    /// <param name="first">The first axis that is joined.</param>
    /// <param name="last">The last axis that is joined, not before the first.</param>
    public Tensor Flatten(int first = 0, int last = -1)
    {
        if (Rank == 0)
        {
            return Reshape(1);
        }

        (first, last) = (Shape.Axis(first), Shape.Axis(last));
        if (last < first)
        {
            throw new ArgumentException($"Flatten: axis {last} comes before axis {first}; exchange them.", nameof(last));
        }

        int joined = new Shape(Shape.Sizes.AsSpan()[first..(last + 1)]).ElementCount;
        return Reshape([.. Shape.Sizes[..first], joined, .. Shape.Sizes[(last + 1)..]]);
    }

    /// <summary>The tensor without its axes of size 1.</summary>
    public Tensor Squeeze() => Reshape([.. Shape.Sizes.Where(size => size != 1)]);

    /// <summary>The tensor without one axis of size 1.</summary>
    /// <exception cref="ShapeMismatchException">The axis has another size.</exception>
    public Tensor Squeeze(int axis)
    {
        axis = Shape.Axis(axis);
        return Shape[axis] == 1
            ? Reshape([.. Shape.Sizes.RemoveAt(axis)])
            : throw new ShapeMismatchException($"Squeeze: axis {axis} of shape {Shape} has size {Shape[axis]}, not 1; reduce or index it instead.");
    }

    /// <summary>The tensor with a new axis of size 1.</summary>
    /// <param name="axis">Where the new axis stands in the result; −1 is last.</param>
    public Tensor Unsqueeze(int axis)
    {
        if (axis < -Rank - 1 || axis > Rank)
        {
            throw new ArgumentOutOfRangeException(nameof(axis), axis, $"Unsqueeze: a new axis of shape {Shape} stands at {-Rank - 1}..{Rank}.");
        }

        return Reshape([.. Shape.Sizes.Insert(axis < 0 ? axis + Rank + 1 : axis, 1)]);
    }

    /// <summary>Repeats the tensor along absent axes and axes of size 1.</summary>
    /// <exception cref="ShapeMismatchException">The shape does not stretch to the target.</exception>
    public Tensor BroadcastTo(Shape shape) => shape == Shape ? this : new BroadcastTo(shape).Of(this);

    /// <summary>Reorders the axes: axis a of the result is axis <c>order[a]</c> of this tensor.</summary>
    /// <exception cref="ShapeMismatchException">The order does not name every axis once.</exception>
    public Tensor Permute(params ReadOnlySpan<int> order)
    {
        var axes = new int[order.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            axes[i] = Shape.Axis(order[i]);
        }

        return axes.AsSpan().SequenceEqual([.. Enumerable.Range(0, Rank)]) && axes.Length == Rank ? this : new Permute(axes).Of(this);
    }

    /// <summary>Exchanges two axes: by default the last two, the transpose of a matrix.</summary>
    public Tensor Transpose(int first = -2, int second = -1)
    {
        int[] order = [.. Enumerable.Range(0, Rank)];
        (first, second) = (Shape.Axis(first), Shape.Axis(second));
        (order[first], order[second]) = (order[second], order[first]);
        return Permute(order);
    }

    private Shape Inferred(ReadOnlySpan<int> sizes, int open)
    {
        int[] full = sizes.ToArray();
        full[open] = 1;
        int rest = new Shape(full).ElementCount;
        if (rest == 0 || Count % rest != 0)
        {
            throw new ShapeMismatchException($"Reshape: no size for -1 in [{string.Join(", ", sizes.ToArray())}] gives the {Count} elements of shape {Shape}.");
        }

        full[open] = Count / rest;
        return new Shape(full);
    }
}
