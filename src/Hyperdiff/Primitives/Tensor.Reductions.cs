using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The sum of all elements, a scalar.</summary>
    public Tensor Sum() => Sum([.. Enumerable.Range(0, Rank)]);

    /// <summary>The sum over one axis; −1 is the last.</summary>
    /// <param name="axis">The axis that is summed over.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor Sum(int axis, bool keepAxis = false) => Sum([axis], keepAxis);

    /// <summary>The sum over several axes.</summary>
    /// <param name="axes">The axes that are summed over.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    public Tensor Sum(ReadOnlySpan<int> axes, bool keepAxes = false) => Reduce(new Sum(ReducedAxes(axes)), keepAxes);

    /// <summary>The mean of all elements, a scalar; NaN for an empty tensor.</summary>
    public Tensor Mean() => Sum() / Count;

    /// <summary>The mean over one axis; −1 is the last.</summary>
    /// <param name="axis">The axis that is averaged over.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor Mean(int axis, bool keepAxis = false) => Sum(axis, keepAxis) / Shape[Shape.Axis(axis)];

    private Tensor Reduce(Reduction reduction, bool keepAxes)
    {
        Tensor reduced = reduction.Of(this);
        return keepAxes ? reduced.Reshape(reduction.Kept(Shape)) : reduced;
    }

    private Axes ReducedAxes(ReadOnlySpan<int> axes)
    {
        var counted = new int[axes.Length];
        for (int i = 0; i < counted.Length; i++)
        {
            counted[i] = Shape.Axis(axes[i]);
        }

        Array.Sort(counted);
        return counted.Distinct().Count() == counted.Length
            ? new Axes(counted)
            : throw new ArgumentException($"Axis given twice in [{string.Join(", ", axes.ToArray())}] for shape {Shape}.", nameof(axes));
    }
}
