using System.Runtime.CompilerServices;
using Hyperdiff.Primitives;

namespace Hyperdiff;

public sealed partial class Tensor
{
    /// <summary>The variance of all elements: the mean square of their distances from their mean.</summary>
    public Tensor Var() => Var(AllAxes());

    /// <summary>The variance over one axis.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    /// <param name="correction">Subtracted from the count that is divided by: 0 for the variance of these numbers, 1 to estimate that of what they were drawn
    /// from.</param>
    public Tensor Var(int axis, bool keepAxis = false, int correction = 0) => Var([axis], keepAxis, correction);

    /// <summary>The variance over several axes.</summary>
    /// <param name="axes">The axes that disappear.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    /// <param name="correction">Subtracted from the count that is divided by.</param>
    /// <exception cref="ArgumentOutOfRangeException">The correction leaves no count to divide by.</exception>
    public Tensor Var(ReadOnlySpan<int> axes, bool keepAxes = false, int correction = 0)
    {
        int divisor = FloatingOver(axes).CorrectedCount(axes, correction);
        return (this - Mean(axes, keepAxes: true)).Square().Sum(axes, keepAxes) / divisor;
    }

    /// <summary>The standard deviation of all elements, the root of the variance; where it is 0, its derivatives are 0 too.</summary>
    public Tensor Std() => Std(AllAxes());

    /// <summary>The standard deviation over one axis.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    /// <param name="correction">Subtracted from the count that is divided by.</param>
    public Tensor Std(int axis, bool keepAxis = false, int correction = 0) => Std([axis], keepAxis, correction);

    /// <summary>The standard deviation over several axes.</summary>
    /// <param name="axes">The axes that disappear.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    /// <param name="correction">Subtracted from the count that is divided by.</param>
    /// <remarks>Of any size: no square of a difference overflows or underflows. The sum of the elements must be finite, and the differences divided by the root
    /// of their count normal numbers.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The correction leaves no count to divide by.</exception>
    public Tensor Std(ReadOnlySpan<int> axes, bool keepAxes = false, int correction = 0)
    {
        int divisor = FloatingOver(axes).CorrectedCount(axes, correction);
        double share = NormShare(CountAlong(axes));
        return ((this - Mean(axes, keepAxes: true)) * share).EuclideanNorm(axes, keepAxes, nameof(Std)) / (share * Math.Sqrt(divisor));
    }

    /// <summary>The Euclidean norm of all elements, √Σx²; where it is 0, its derivatives are 0 too.</summary>
    public Tensor Norm() => Norm(AllAxes());

    /// <summary>The Euclidean norm over one axis.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor Norm(int axis, bool keepAxis = false) => Norm([axis], keepAxis);

    /// <summary>The Euclidean norm over several axes.</summary>
    /// <remarks>Very large and very small elements are multiplied by a power of two before they are squared, so that the norm overflows only where no number of
    /// its type is near it.</remarks>
    /// <param name="axes">The axes that disappear.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    public Tensor Norm(ReadOnlySpan<int> axes, bool keepAxes = false) => FloatingOver(axes).EuclideanNorm(axes, keepAxes, nameof(Norm));

    private Tensor EuclideanNorm(ReadOnlySpan<int> axes, bool keepAxes, string operation) =>
        Reduce(new Primitives.EuclideanNorm(ReducedAxes(axes, operation)) { Within = operation }, keepAxes);

    /// <summary>The norm <c>(Σ |x|ᵖ)^(1/p)</c> of all elements.</summary>
    /// <param name="power">p ≥ 1; <see cref="double.PositiveInfinity"/> for the greatest absolute value.</param>
    /// <exception cref="ArgumentOutOfRangeException">p is below 1, so that this is not a norm.</exception>
    public Tensor LpNorm(double power) => LpNorm(power, AllAxes());

    /// <summary>The norm <c>(Σ |x|ᵖ)^(1/p)</c> over several axes.</summary>
    /// <remarks>Where it is 0, its derivatives are 0 too; for p = ∞ the derivative is shared equally among the elements that attain it.</remarks>
    /// <param name="power">p ≥ 1; <see cref="double.PositiveInfinity"/> for the greatest absolute value.</param>
    /// <param name="axes">The axes that disappear.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">p is below 1, so that this is not a norm.</exception>
    public Tensor LpNorm(double power, ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        if (!(power >= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(power), power, "LpNorm: only powers of 1 and more make a norm.");
        }

        FloatingOver(axes);
        return power switch
        {
            1 => Abs().Sum(axes, keepAxes),
            2 => Norm(axes, keepAxes),
            double.PositiveInfinity => Abs().Max(axes, keepAxes),
            _ => Reduce(new PowerNorm(power, ReducedAxes(axes)), keepAxes),
        };
    }

    /// <summary>A power of two of at most 1/√n: the norm of n numbers can overflow where their deviation does not, that of their multiples by this one
    /// cannot.</summary>
    internal static double NormShare(int count) => Math.ScaleB(1, -(int)Math.Ceiling(Math.Log2(Math.Max(count, 1)) / 2));

    private int CorrectedCount(ReadOnlySpan<int> axes, int correction, [CallerMemberName] string operation = "")
    {
        int count = CountAlong(axes);
        return correction == 0 || count > correction
            ? count - correction
            : throw new ArgumentOutOfRangeException(
                nameof(correction), correction,
                $"{operation}: {count} elements of shape {Shape} less a correction of {correction} leave none to divide by; correct by less than their count.");
    }
}
