using System.Runtime.CompilerServices;
using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The sum of all elements, a scalar.</summary>
    public Tensor Sum() => Sum(AllAxes());

    /// <summary>The sum over one axis; −1 is the last.</summary>
    /// <param name="axis">The axis that is summed over.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor Sum(int axis, bool keepAxis = false) => Sum([axis], keepAxis);

    /// <summary>The sum over several axes.</summary>
    /// <param name="axes">The axes that are summed over.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    public Tensor Sum(ReadOnlySpan<int> axes, bool keepAxes = false) => Reduce(new Sum(ReducedAxes(axes)), keepAxes);

    /// <summary>The mean of all elements, a scalar; NaN for an empty tensor.</summary>
    public Tensor Mean() => Mean(AllAxes());

    /// <summary>The mean over one axis; −1 is the last.</summary>
    /// <param name="axis">The axis that is averaged over.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor Mean(int axis, bool keepAxis = false) => Mean([axis], keepAxis);

    /// <summary>The mean over several axes.</summary>
    /// <param name="axes">The axes that are averaged over.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    public Tensor Mean(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        Tensor sum = FloatingOver(axes).Sum(axes, keepAxes);
        return sum / CountAlong(axes);
    }

    /// <summary>The greatest of all elements, a scalar; NaN if one is. Where several are equal, the derivative is shared equally.</summary>
    /// <exception cref="ShapeMismatchException">There is no element.</exception>
    public Tensor Max() => Max(AllAxes());

    /// <summary>The greatest element over one axis.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor Max(int axis, bool keepAxis = false) => Max([axis], keepAxis);

    /// <summary>The greatest element over several axes.</summary>
    /// <param name="axes">The axes that disappear.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    public Tensor Max(ReadOnlySpan<int> axes, bool keepAxes = false) => Reduce(new Max(ReducedAxes(axes)), keepAxes);

    /// <summary>The smallest of all elements, a scalar; NaN if one is. Where several are equal, the derivative is shared equally.</summary>
    /// <exception cref="ShapeMismatchException">There is no element.</exception>
    public Tensor Min() => Min(AllAxes());

    /// <summary>The smallest element over one axis.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor Min(int axis, bool keepAxis = false) => Min([axis], keepAxis);

    /// <summary>The smallest element over several axes.</summary>
    /// <param name="axes">The axes that disappear.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    public Tensor Min(ReadOnlySpan<int> axes, bool keepAxes = false) => Reduce(new Min(ReducedAxes(axes)), keepAxes);

    /// <summary>Where the greatest of all elements is, row-major, as an <c>int32</c> scalar: the first of several, the first NaN if there is one.</summary>
    public Tensor ArgMax() => Flatten().ArgMax(0);

    /// <summary>Where along an axis the greatest element is, as <c>int32</c>: the first of several, the first NaN if there is one.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor ArgMax(int axis, bool keepAxis = false) => Reduce(new ArgMax(Shape.Axis(axis)), keepAxis);

    /// <summary>Where the smallest of all elements is, row-major, as an <c>int32</c> scalar: the first of several, the first NaN if there is one.</summary>
    public Tensor ArgMin() => Flatten().ArgMin(0);

    /// <summary>Where along an axis the smallest element is, as <c>int32</c>: the first of several, the first NaN if there is one.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor ArgMin(int axis, bool keepAxis = false) => Reduce(new ArgMin(Shape.Axis(axis)), keepAxis);

    // errors name the operation that the caller called, not what it is made of
    private Tensor Floating([CallerMemberName] string operation = "")
    {
        Elementwise.RequireFloating(operation, Type);
        return this;
    }

    private Tensor FloatingOver(ReadOnlySpan<int> axes, [CallerMemberName] string operation = "")
    {
        ReducedAxes(axes, operation);
        return Floating(operation);
    }

    private int[] AllAxes() => [.. Enumerable.Range(0, Rank)];

    private int CountAlong(ReadOnlySpan<int> axes)
    {
        int count = 1;
        foreach (int axis in axes)
        {
            count *= Shape[Shape.Axis(axis)];
        }

        return count;
    }

    private Tensor Reduce(Reduction reduction, bool keepAxes)
    {
        Tensor reduced = reduction.Of(this);
        return keepAxes ? reduced.Reshape(reduction.Kept(Shape)) : reduced;
    }

    private Axes ReducedAxes(ReadOnlySpan<int> axes, [CallerMemberName] string operation = "")
    {
        var counted = new int[axes.Length];
        for (int i = 0; i < counted.Length; i++)
        {
            counted[i] = Shape.Axis(axes[i], operation);
        }

        Array.Sort(counted);
        return counted.Distinct().Count() == counted.Length
            ? new Axes(counted)
            : throw new ArgumentException($"{operation}: an axis is given twice in [{string.Join(", ", axes.ToArray())}] for shape {Shape}; name each once.",
                nameof(axes));
    }
}
