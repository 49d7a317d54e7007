namespace Hyperdiff;

/// <summary>When an error, or a residual, is small enough: at most <c>max(Relative · scale, Absolute)</c>.</summary>
/// <remarks>
/// Where no number is asked for, the relative part follows from the element type: ε^⅔, 3.7e-11 in float64 and 2.4e-5 in float32. That is a third of the digits
/// above the rounding of what is computed, so that problems whose conditioning costs as many still reach it, and some digits below √ε, from where differences
/// could be told. <c>default</c> is that tolerance.
/// </remarks>
/// <param name="Relative">Dimensionless; the scale is stated by the solver (the norm of the right-hand side, of each leaf of the state). Null: by the element
/// type.</param>
/// <param name="Absolute">In the unit of what is compared.</param>
public readonly record struct Tolerance(double? Relative, double Absolute)
{
    /// <summary>Dimensionless; null: by the element type.</summary>
    public double? Relative { get; init => field = Checked(value); } = Checked(Relative);

    /// <summary>In the unit of what is compared; +∞ where nothing is asked for.</summary>
    public double Absolute { get; init => field = Checked(value); } = Checked(Absolute);

    /// <summary>The threshold at a scale.</summary>
    /// <param name="scale">What the relative part is relative to.</param>
    /// <param name="epsilon">The coarsest machine epsilon among the leaves.</param>
    public double At(double scale, double epsilon) => Math.Max(RelativeAt(epsilon) * scale, Absolute);

    /// <summary>The relative part as a number.</summary>
    /// <param name="epsilon">The coarsest machine epsilon among the leaves.</param>
    public double RelativeAt(double epsilon) => Relative ?? Math.Cbrt(epsilon * epsilon);

    /// <summary>The tolerance that arguments of a factory ask for.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One of them is negative, infinite or not a number.</exception>
    internal static Tolerance Of(double? tolerance, double absoluteTolerance) => new(
        tolerance is { } relative ? Require(relative, nameof(tolerance)) : null, Require(absoluteTolerance, nameof(absoluteTolerance)));

    private static double? Checked(double? value) => value is { } number ? Require(number, nameof(Relative)) : null;

    private static double Checked(double value) => double.IsPositiveInfinity(value) ? value : Require(value, nameof(Absolute));

    internal static double Require(double value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "A tolerance is a finite number.");
    }
}
