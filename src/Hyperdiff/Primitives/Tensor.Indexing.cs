using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>A part of the tensor: a position drops its axis, a range keeps it; axes without an index are kept whole.</summary>
    /// <param name="indices">At most one per axis: <c>t[0]</c>, <c>t[^1]</c>, <c>t[1..3, ..]</c>, <c>t[.., 0]</c>, <c>t[TensorIndex.Every(2)]</c>.</param>
    /// <exception cref="ArgumentException">There are more indices than axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A position or a range is outside its axis.</exception>
    public Tensor this[params ReadOnlySpan<TensorIndex> indices]
    {
        get
        {
            if (indices.Length > Rank)
            {
                throw new ArgumentException($"{indices.Length} indices for a tensor of shape {Shape}, which has {Rank} axes; drop some.", nameof(indices));
            }

            var starts = new int[Rank];
            int[] counts = [.. Shape.Sizes];
            var steps = new int[Rank];
            Array.Fill(steps, 1);
            var kept = new List<int>(Rank);
            for (int axis = 0; axis < Rank; axis++)
            {
                bool dropped = false;
                if (axis < indices.Length)
                {
                    (starts[axis], counts[axis], steps[axis]) = indices[axis].Resolve(Shape, axis);
                    dropped = indices[axis].IsPosition;
                }

                if (!dropped)
                {
                    kept.Add(counts[axis]);
                }
            }

            return Part(starts, counts, steps).Reshape([.. kept]);
        }
    }

    /// <summary>Elements at regular distances along an axis.</summary>
    /// <param name="axis">The axis; the others stay whole.</param>
    /// <param name="start">The first element, from 0.</param>
    /// <param name="stop">The element before which to stop, at most the size of the axis.</param>
    /// <param name="step">The distance, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie within the axis.</exception>
    public Tensor Slice(int axis, int start, int stop, int step = 1)
    {
        axis = Shape.Axis(axis);
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        if (start < 0 || stop < start || stop > Shape[axis])
        {
            throw new ArgumentOutOfRangeException(
                start < 0 ? nameof(start) : nameof(stop), start < 0 ? start : stop,
                $"Slice: {start}..{stop} is outside axis {axis} of shape {Shape}, which has size {Shape[axis]}.");
        }

        var indices = new TensorIndex[axis + 1];
        Array.Fill(indices, ..);
        indices[axis] = TensorIndex.Every(step, start..stop);
        return this[indices];
    }

    /// <summary>Slices chosen along an axis: <c>[…, n, …]</c> and indices of shape <c>[chosen …]</c> give <c>[…, chosen …, …]</c>.</summary>
    /// <param name="indices"><c>int32</c> of any shape, each from 0 to n − 1; the same one may occur often, and then its derivatives add up.</param>
    /// <param name="axis">The axis that is indexed.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the axis.</exception>
    public Tensor Take(Tensor indices, int axis = 0) => new Take(Shape.Axis(axis)).Of(this, Allowed.Given(indices));

    /// <summary>Rows chosen by indices: <c>[n, …]</c> and <c>[chosen …]</c> give <c>[chosen …, …]</c>. This is how an embedding table is read.</summary>
    /// <param name="indices"><c>int32</c> of any shape, each from 0 to n − 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the first axis.</exception>
    public Tensor TakeRows(Tensor indices) => Take(indices);

    /// <summary>Elements chosen along an axis, each line by indices of its own: <c>result[i, j] = this[i, indices[i, j]]</c> for the last axis.</summary>
    /// <param name="indices"><c>int32</c>, of the shape of this tensor except along the axis.</param>
    /// <param name="axis">The axis that is indexed.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the axis.</exception>
    public Tensor Gather(Tensor indices, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(indices);
        axis = Shape.Axis(axis);
        if (indices.DType != DType.Int32)
        {
            throw new DTypeMismatchException($"Gather: indices are int32, not {indices.Type}; convert them: indices.To(DType.Int32).");
        }

        if (indices.Rank != Rank)
        {
            throw Labelled.Mismatch($"Gather: indices of shape {indices.Shape} do not have the {Rank} axes of shape {Shape}; unsqueeze them, or use Take",
                this, indices);
        }

        Tensor gathered = new Take(Rank - 1, Rank - 1).Of(Transpose(axis, -1), indices.Transpose(axis, -1));
        return gathered.Transpose(axis, -1);
    }

    /// <summary>The slices of this tensor added into zeros along an axis: <c>[…, chosen …, …]</c> with indices of shape <c>[chosen …]</c> give <c>[…, n,
    /// …]</c>.</summary>
    /// <param name="indices"><c>int32</c> of any shape, each from 0 to n − 1; slices with the same index add up.</param>
    /// <param name="size">n, the size of the axis in the result.</param>
    /// <param name="axis">The axis of the result that is indexed; −1 is its last.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the axis.</exception>
    public Tensor ScatterAdd(Tensor indices, int size, int axis = 0)
    {
        ArgumentNullException.ThrowIfNull(indices);
        int rank = Rank - indices.Rank + 1;
        if (axis < -rank || (axis >= rank && rank > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(axis), axis,
                $"ScatterAdd: slices of shape {Shape} with indices of shape {indices.Shape} make a tensor with {rank} axes; the axis is one of "
                    + $"{-rank}..{rank - 1}.");
        }

        axis = axis < 0 ? axis + rank : axis;
        return new ScatterAdd(axis, size).Of(this, indices);
    }

    /// <summary>A last axis with 1 at the place that each element of this <c>int32</c> tensor names, and 0 elsewhere.</summary>
    /// <param name="classes">The size of the new axis.</param>
    /// <param name="dtype">The element type of the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">An element is outside the axis.</exception>
    public Tensor OneHot(int classes, DType dtype = DType.Float64)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        return new OneHot(classes, dtype).Of(this);
    }

    private Tensor Part(int[] starts, int[] counts, int[] steps)
    {
        bool whole = counts.AsSpan().SequenceEqual(Shape) && !steps.AsSpan().ContainsAnyExcept(1);
        return whole ? this : new Slice(starts, counts, steps).Of(this);
    }
}
