using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>Where the first, second, … elements along an axis are, as <c>int32</c>. Equal elements keep their order, NaN comes last.</summary>
    /// <param name="axis">The axis that is sorted along; −1 is the last.</param>
    /// <param name="descending">Whether the greatest comes first.</param>
    public Tensor ArgSort(int axis = -1, bool descending = false) => new ArgSort(Shape.Axis(axis), descending).Of(this);

    /// <summary>The elements in order along an axis; NaN comes last. The derivative follows the elements to their places.</summary>
    /// <param name="axis">The axis that is sorted along; −1 is the last.</param>
    /// <param name="descending">Whether the greatest comes first.</param>
    public Tensor Sort(int axis = -1, bool descending = false) => Gather(ArgSort(axis, descending), axis);

    /// <summary>The k greatest elements along an axis, in descending order, and where they were; equal ones in their order.</summary>
    /// <param name="count">k, at most the size of the axis.</param>
    /// <param name="axis">The axis, whose size becomes k; −1 is the last.</param>
    public (Tensor Values, Tensor Indices) TopK(int count, int axis = -1)
    {
        Elementwise.RequireNumbers(nameof(TopK), Type);
        axis = Shape.Axis(axis);
        if (count < 0 || count > Shape[axis])
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"TopK: axis {axis} of shape {Shape} has {Shape[axis]} elements.");
        }

        Tensor indices = ArgSort(axis, descending: true).Slice(axis, 0, count);
        return (Gather(indices, axis), indices);
    }
}
