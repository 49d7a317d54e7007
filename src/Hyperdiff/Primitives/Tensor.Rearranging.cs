using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>Moves one axis to another place; the others keep their order.</summary>
    /// <param name="source">The axis.</param>
    /// <param name="destination">Its place in the result.</param>
    public Tensor MoveAxis(int source, int destination)
    {
        (source, destination) = (Shape.Axis(source), Shape.Axis(destination));
        var order = Enumerable.Range(0, Rank).ToList();
        order.RemoveAt(source);
        order.Insert(destination, source);
        return Permute([.. order]);
    }

    /// <summary>The elements in reverse order along axes; along all of them if none is given.</summary>
    /// <param name="axes">The axes that are reversed; −1 is the last.</param>
    public Tensor Flip(params ReadOnlySpan<int> axes)
    {
        Axes flipped = ReducedAxes(axes.IsEmpty ? AllAxes() : axes);
        var starts = new int[Rank];
        var steps = new int[Rank];
        Array.Fill(steps, 1);
        foreach (int axis in flipped)
        {
            (starts[axis], steps[axis]) = (Math.Max(Shape[axis] - 1, 0), -1);
        }

        return Part(starts, [.. Shape.Sizes], steps);
    }

    /// <summary>The elements moved along an axis; those that leave at one end come in at the other.</summary>
    /// <param name="shift">How far, towards higher positions; negative for lower ones.</param>
    /// <param name="axis">The axis; −1 is the last.</param>
    public Tensor Roll(int shift, int axis)
    {
        axis = Shape.Axis(axis);
        int size = Shape[axis];
        int moved = size == 0 ? 0 : ((shift % size) + size) % size;
        return moved == 0 ? this : Concat(axis, Slice(axis, size - moved, size), Slice(axis, 0, size - moved));
    }

    /// <summary>Copies of the tensor side by side along its axes.</summary>
    /// <param name="counts">How many copies along each axis; more counts than axes make new leading axes.</param>
    public Tensor Tile(params ReadOnlySpan<int> counts)
    {
        if (counts.Length < Rank || counts.IndexOfAnyInRange(int.MinValue, -1) >= 0)
        {
            throw new ArgumentException($"Tile: shape {Shape} takes at least {Rank} counts, none negative, not [{string.Join(", ", counts.ToArray())}].",
                nameof(counts));
        }

        // every axis gets one before it along which it is repeated, and is then joined with that one
        int added = counts.Length - Rank;
        var single = new int[2 * counts.Length];
        var repeated = new int[2 * counts.Length];
        var joined = new int[counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            int size = i < added ? 1 : Shape[i - added];
            (single[2 * i], single[(2 * i) + 1]) = (1, size);
            (repeated[2 * i], repeated[(2 * i) + 1]) = (counts[i], size);
        }

        // a shape has no more elements than an int counts, and so no longer axes
        Tensor all = Reshape(single).BroadcastTo(new Shape(repeated));
        for (int i = 0; i < counts.Length; i++)
        {
            joined[i] = new Shape(repeated[2 * i], repeated[(2 * i) + 1]).ElementCount;
        }

        return all.Reshape(joined);
    }

    /// <summary>A diagonal of each matrix: of the last two axes one stays.</summary>
    /// <param name="offset">Which: 0 is the main one, positive ones lie above it.</param>
    /// <exception cref="ShapeMismatchException">There are fewer than two axes.</exception>
    public Tensor Diagonal(int offset = 0)
    {
        RequireMatrix(nameof(Diagonal));
        (int rows, int columns) = (Shape[^2], Shape[^1]);
        (long below, long right) = (Math.Max(-(long)offset, 0), Math.Max(offset, 0));
        int count = (int)Math.Max(Math.Min(rows - below, columns - right), 0);
        (int row, int column) = count == 0 ? (0, 0) : ((int)below, (int)right);

        // row-major, the elements of a diagonal are one row and one column apart
        int start = count == 0 ? 0 : (row * columns) + column;
        int stop = count == 0 ? 0 : start + ((count - 1) * (columns + 1)) + 1;
        return Flatten(-2).Slice(-1, start, stop, columns + 1);
    }

    /// <summary>Matrices with the last axis of this tensor as a diagonal, and zeros elsewhere.</summary>
    /// <param name="offset">Which diagonal: 0 is the main one, positive ones lie above it.</param>
    /// <exception cref="ShapeMismatchException">The tensor is a scalar.</exception>
    public Tensor DiagonalMatrix(int offset = 0)
    {
        if (Rank == 0)
        {
            throw new ShapeMismatchException("DiagonalMatrix: a scalar has no axis to become a diagonal; unsqueeze it.");
        }

        long sides = Shape[^1] + Math.Abs((long)offset);
        if (sides * sides > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(nameof(offset), offset,
                $"DiagonalMatrix: shape {Shape} on diagonal {offset} makes matrices of {sides} rows, of more than 2^31-1 elements.");
        }

        int size = (int)sides;
        int start = Math.Max(offset, 0) + (Math.Max(-offset, 0) * size);
        int[] batch = [.. Shape.Sizes[..^1]];
        int[] zeros = new int[batch.Length];
        int[] ones = [.. batch.Select(_ => 1)];
        Tensor flat = new Pad(new Shape([.. batch, size * size]), new Axes([.. zeros, start]), new Axes([.. ones, size + 1])).Of(this);
        return flat.Reshape([.. batch, size, size]);
    }

    /// <summary>The lower triangle of each matrix: zeros above a diagonal.</summary>
    /// <param name="diagonal">The highest diagonal that stays; 0 is the main one.</param>
    public Tensor Tril(int diagonal = 0)
    {
        RequireMatrix(nameof(Tril));
        return new Band(int.MinValue, diagonal).Of(this);
    }

    /// <summary>The upper triangle of each matrix: zeros below a diagonal.</summary>
    /// <param name="diagonal">The lowest diagonal that stays; 0 is the main one.</param>
    public Tensor Triu(int diagonal = 0)
    {
        RequireMatrix(nameof(Triu));
        return new Band(diagonal, int.MaxValue).Of(this);
    }

    private void RequireMatrix(string name)
    {
        if (Rank < 2)
        {
            throw new ShapeMismatchException($"{name}: shape {Shape} is not that of a matrix or of a batch of matrices; reshape it.");
        }
    }
}
