namespace Hyperdiff;

/// <summary>When a residual is small enough: at most <c>max(Relative · scale, Absolute)</c>.</summary>
/// <param name="Relative">Dimensionless; the scale is stated by the solver (the norm of the right-hand side, of the state, of the first gradient).</param>
/// <param name="Absolute">In the unit of the residual.</param>
public readonly record struct Tolerance(double Relative, double Absolute)
{
    /// <summary>The threshold at a scale.</summary>
    public double At(double scale) => Math.Max(Relative * scale, Absolute);

    internal static double Require(double value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "A tolerance is a finite number.");
    }
}
