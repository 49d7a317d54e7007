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
    /// <param name="correction">Subtracted from the count that is divided by: 0 for the variance of these numbers, 1 to estimate that of what they were drawn from.</param>
    public Tensor Var(int axis, bool keepAxis = false, int correction = 0) => Var([axis], keepAxis, correction);

    /// <summary>The variance over several axes.</summary>
    /// <param name="axes">The axes that disappear.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    /// <param name="correction">Subtracted from the count that is divided by.</param>
    public Tensor Var(ReadOnlySpan<int> axes, bool keepAxes = false, int correction = 0) =>
        (FloatingOver(axes) - Mean(axes, keepAxes: true)).Square().Sum(axes, keepAxes) / (CountAlong(axes) - correction);

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
    public Tensor Std(ReadOnlySpan<int> axes, bool keepAxes = false, int correction = 0) =>
        Root(FloatingOver(axes).Var(axes, keepAxes, correction), 0.5);

    /// <summary>The Euclidean norm of all elements, √Σx²; where it is 0, its derivatives are 0 too.</summary>
    public Tensor Norm() => Norm(AllAxes());

    /// <summary>The Euclidean norm over one axis.</summary>
    /// <param name="axis">The axis that disappears; −1 is the last.</param>
    /// <param name="keepAxis">Whether the axis stays, with size 1.</param>
    public Tensor Norm(int axis, bool keepAxis = false) => Norm([axis], keepAxis);

    /// <summary>The Euclidean norm over several axes.</summary>
    /// <remarks>The squares of very large or very small elements are those of scaled ones, so that the norm overflows only where no number of its type is near it.</remarks>
    /// <param name="axes">The axes that disappear.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    public Tensor Norm(ReadOnlySpan<int> axes, bool keepAxes = false)
    {
        FloatingOver(axes);
        if (Count == 0)
        {
            return Square().Sum(axes, keepAxes);
        }

        Tensor scale = SquaringScale(axes);
        Tensor norm = Root((this * scale).Square().Sum(axes, keepAxes: true), 0.5) / scale;
        return keepAxes ? norm : norm.Reshape(new Sum(ReducedAxes(axes)).InferResult([Type]).Shape);
    }

    /// <summary>The norm <c>(Σ |x|ᵖ)^(1/p)</c> of all elements.</summary>
    /// <param name="power">p ≥ 1; <see cref="double.PositiveInfinity"/> for the greatest absolute value.</param>
    /// <exception cref="ArgumentOutOfRangeException">p is below 1, so that this is no norm.</exception>
    public Tensor LpNorm(double power) => LpNorm(power, AllAxes());

    /// <summary>The norm <c>(Σ |x|ᵖ)^(1/p)</c> over several axes.</summary>
    /// <remarks>Where it is 0, its derivatives are 0 too; for p = ∞ the derivative is shared equally among the elements that attain it.</remarks>
    /// <param name="power">p ≥ 1; <see cref="double.PositiveInfinity"/> for the greatest absolute value.</param>
    /// <param name="axes">The axes that disappear.</param>
    /// <param name="keepAxes">Whether the axes stay, with size 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">p is below 1, so that this is no norm.</exception>
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
            _ => Root(Abs().Pow(power).Sum(axes, keepAxes), 1 / power),
        };
    }

    // A power of two by which squares neither overflow nor vanish: 1 unless the greatest element is far from 1, so that ordinary norms keep their bits. The norm does not
    // depend on it, so its derivative is stopped.
    private Tensor SquaringScale(ReadOnlySpan<int> axes)
    {
        (double huge, double shrink, double tiny, double stretch) = DType == DType.Float32
            ? (Math.ScaleB(1, 50), Math.ScaleB(1, -80), Math.ScaleB(1, -50), Math.ScaleB(1, 100))
            : (Math.ScaleB(1, 480), Math.ScaleB(1, -600), Math.ScaleB(1, -450), Math.ScaleB(1, 700));
        Tensor greatest = Primitives.StopGradient.OfInvariant.Of(this).Abs().Max(axes, keepAxes: true);
        return Where(greatest > huge, shrink, Where(greatest < tiny, stretch, OnesLike(greatest)));
    }

    // 0 is the subgradient of a norm at 0; the root itself has an infinite derivative there, so its argument is chosen as well: derivatives of any order stay 0
    private static Tensor Root(Tensor sum, double exponent, [CallerMemberName] string operation = "")
    {
        Tensor isZero = sum.Equals(0, operation), positive = Where(isZero, 1, sum);
        return Where(isZero, 0, exponent == 0.5 ? positive.Sqrt() : positive.Pow(exponent));
    }
}
