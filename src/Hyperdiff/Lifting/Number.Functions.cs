using Hyperdiff.Primitives;

namespace Hyperdiff.Lifting;

/// <content>The functions of <see cref="Math"/>, under the names that they have there, with the results that they have there.</content>
public readonly partial struct Number
{
    /// <summary><see cref="Math.Sin"/>.</summary>
    public static Number Sin(Number x) => Map(x, Math.Sin, static t => t.Sin());

    /// <summary><see cref="Math.Cos"/>.</summary>
    public static Number Cos(Number x) => Map(x, Math.Cos, static t => t.Cos());

    /// <summary><see cref="Math.Tan"/>.</summary>
    public static Number Tan(Number x) => Map(x, Math.Tan, static t => t.Tan());

    /// <summary><see cref="Math.Asin"/>.</summary>
    public static Number Asin(Number x) => Map(x, Math.Asin, static t => t.Asin());

    /// <summary><see cref="Math.Acos"/>.</summary>
    public static Number Acos(Number x) => Map(x, Math.Acos, static t => t.Acos());

    /// <summary><see cref="Math.Atan"/>.</summary>
    public static Number Atan(Number x) => Map(x, Math.Atan, static t => t.Atan());

    /// <summary><see cref="Math.Atan2"/>.</summary>
    public static Number Atan2(Number y, Number x) => Both(y, x, Math.Atan2, static (s, t) => s.Atan2(t));

    /// <summary><see cref="Math.Sinh"/>.</summary>
    public static Number Sinh(Number x) => Map(x, Math.Sinh, static t => t.Sinh());

    /// <summary><see cref="Math.Cosh"/>.</summary>
    public static Number Cosh(Number x) => Map(x, Math.Cosh, static t => t.Cosh());

    /// <summary><see cref="Math.Tanh"/>.</summary>
    public static Number Tanh(Number x) => Map(x, Math.Tanh, static t => t.Tanh());

    /// <summary><see cref="Math.Asinh"/>.</summary>
    public static Number Asinh(Number x) => Map(x, Math.Asinh, static t => t.Asinh());

    /// <summary><see cref="Math.Acosh"/>.</summary>
    public static Number Acosh(Number x) => Map(x, Math.Acosh, static t => t.Acosh());

    /// <summary><see cref="Math.Atanh"/>.</summary>
    public static Number Atanh(Number x) => Map(x, Math.Atanh, static t => t.Atanh());

    /// <summary><see cref="Math.Exp"/>.</summary>
    public static Number Exp(Number x) => Map(x, Math.Exp, static t => t.Exp());

    /// <summary><see cref="double.ExpM1"/>.</summary>
    public static Number ExpM1(Number x) => Exp(x) - 1;

    /// <summary><see cref="Math.Log(double)"/>.</summary>
    public static Number Log(Number x) => Map(x, Math.Log, static t => t.Log());

    /// <summary><see cref="double.LogP1"/>.</summary>
    public static Number LogP1(Number x) => Log(x + 1);

    /// <summary><see cref="Math.Log2"/>.</summary>
    public static Number Log2(Number x) => Map(x, Math.Log2, static t => t.Log2());

    /// <summary><see cref="Math.Log10"/>.</summary>
    public static Number Log10(Number x) => Map(x, Math.Log10, static t => t.Log10());

    /// <summary><see cref="Math.Sqrt"/>.</summary>
    public static Number Sqrt(Number x) => Map(x, Math.Sqrt, static t => t.Sqrt());

    /// <summary><see cref="Math.Cbrt"/>.</summary>
    public static Number Cbrt(Number x) => Map(x, Math.Cbrt, static t => t.Cbrt());

    /// <summary><see cref="Math.Pow"/>.</summary>
    public static Number Pow(Number x, Number y) => x._traced is { } power && y.IsKnown
        ? new Number(new NumberPower(y._known).Of(power)) : Both(x, y, Math.Pow, static (s, t) => s.Pow(t));

    /// <summary><see cref="Math.Abs(double)"/>.</summary>
    public static Number Abs(Number x) => Map(x, Math.Abs, static t => t.Abs());

    /// <summary><see cref="Math.Max(double, double)"/>.</summary>
    public static Number Max(Number x, Number y) => Both(x, y, Math.Max, static (s, t) => s.Maximum(t));

    /// <summary><see cref="Math.Min(double, double)"/>.</summary>
    public static Number Min(Number x, Number y) => Both(x, y, Math.Min, static (s, t) => s.Minimum(t));

    /// <summary><see cref="Math.Clamp(double, double, double)"/>; not a number where the bounds, which depend on parameters, are in the wrong order.</summary>
    /// <exception cref="ArgumentException">The bounds are known, and in the wrong order.</exception>
    public static Number Clamp(Number x, Number low, Number high)
    {
        if (x.IsKnown && low.IsKnown && high.IsKnown)
        {
            return Math.Clamp(x._known, low._known, high._known);
        }

        Truth disordered = low > high;
        if (disordered.IsKnown && disordered.MayBeTrue)
        {
            throw new ArgumentException($"Math.Clamp: the lower bound {low} is above the upper one, {high}.", nameof(low));
        }

        Number within = LiftedCall.Choose(x < low, low, LiftedCall.Choose(x > high, high, x));
        return LiftedCall.Choose(disordered, double.NaN, within);
    }

    /// <summary><see cref="Math.Floor(double)"/>.</summary>
    public static Number Floor(Number x) => Map(x, Math.Floor, static t => t.Floor());

    /// <summary><see cref="Math.Ceiling(double)"/>.</summary>
    public static Number Ceiling(Number x) => Map(x, Math.Ceiling, static t => t.Ceiling());

    /// <summary><see cref="Math.Round(double)"/>: halves to the even neighbor.</summary>
    public static Number Round(Number x) => Map(x, Math.Round, static t => t.Round());

    /// <summary><see cref="Math.Truncate(double)"/>.</summary>
    public static Number Truncate(Number x) => Map(x, Math.Truncate, static t => t.Truncate());

    /// <summary><see cref="Math.Sign(double)"/>; not a number where the argument, which depends on parameters, is none.</summary>
    public static Integer Sign(Number x) => x._traced is { } traced ? Integer.Traced(traced.Sign()) : Math.Sign(x._known);

    /// <summary><see cref="double.IsNaN"/>.</summary>
    public static Truth IsNaN(Number x) => x._traced is { } traced ? Truth.Of(traced.IsNaN()) : double.IsNaN(x._known);

    /// <summary><see cref="double.IsFinite"/>.</summary>
    public static Truth IsFinite(Number x) => x._traced is { } traced ? Truth.Of(traced.IsFinite()) : double.IsFinite(x._known);

    /// <summary><see cref="double.IsInfinity"/>.</summary>
    public static Truth IsInfinity(Number x) => !IsFinite(x) & !IsNaN(x);
}
