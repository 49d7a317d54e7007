using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The sums of the first 1, 2, … elements along an axis.</summary>
    /// <param name="axis">The axis; −1 is the last.</param>
    public Tensor CumSum(int axis) => new LinearRecurrence(Shape.Axis(axis)).Of(OnesLike(Floating()), this);

    /// <summary>The products of the first 1, 2, … elements along an axis. Derivatives are exact where elements are 0.</summary>
    /// <param name="axis">The axis; −1 is the last.</param>
    public Tensor CumProd(int axis)
    {
        axis = Floating().Shape.Axis(axis);
        if (Shape[axis] == 0)
        {
            return this;
        }

        // zᵢ = xᵢ zᵢ₋₁ with z₀ = x₀
        var after = new int[Rank];
        after[axis] = Shape[axis] - 1;
        return new LinearRecurrence(axis).Of(this, Slice(axis, 0, 1).Pad(new int[Rank], after));
    }

    /// <summary>The product of all elements, a scalar; 1 for an empty tensor. Derivatives are exact where elements are 0.</summary>
    public Tensor Prod() => Flatten().Prod(0);

    /// <summary>The product over one axis.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor Prod(int axis, bool keepAxis = false)
    {
        axis = Floating().Shape.Axis(axis);
        int size = Shape[axis];
        Tensor product = size == 0 ? Ones(new Max(new Axes(axis)).Kept(Shape), DType) : CumProd(axis).Slice(axis, size - 1, size);
        return keepAxis ? product : product.Squeeze(axis);
    }

    /// <summary>The product over several axes.</summary>
    /// <param name="axes">The axes that disappear.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    public Tensor Prod(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        Axes reduced = ReducedAxes(axes);
        Tensor product = this;
        foreach (int axis in reduced)
        {
            product = product.Prod(axis, keepAxis: true);
        }

        return keepAxes ? product : product.Reshape([.. Enumerable.Range(0, Rank).Where(axis => !reduced.Contains(axis)).Select(axis => Shape[axis])]);
    }
}
