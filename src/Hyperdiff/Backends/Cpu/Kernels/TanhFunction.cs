using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>tanh x; within 2 units in the last place everywhere, which the runtime's vectorized tanh is not near 0.</summary>
/// <remarks>
/// <para>For |x| ≥ 5/8: <c>tanh |x| = 1 − 2 / (e^{2|x|} + 1)</c>; the subtracted term is below 0.45, so its error counts less than once.</para>
/// <para>
/// For |x| &lt; 5/8, with t = x² and the Taylor series of sinh and cosh: <c>tanh x = x · S(t)/C(t) = x − x · t·A(t)/C(t)</c>, where <c>C = Σ tⁿ/(2n)!</c>, <c>S
/// = Σ tⁿ/(2n+1)!</c> and <c>A = (C − S)/t = Σ 2n/(2n+1)! tⁿ⁻¹</c>. The correction is below 0.12·x, so again its error counts little. Terms up to t⁹: the next
/// is below 2⁻⁶⁰ of the sum.
/// </para>
/// </remarks>
internal readonly struct TanhFunction : IVectorFunction
{
    private const double SeriesLimit = 0.625;

    // 2 e^-64 is far below half a unit in the last place of 1
    private const double Saturation = 64;
    private const double Factorial4 = 24;
    private const double Factorial6 = Factorial4 * 5 * 6;
    private const double Factorial8 = Factorial6 * 7 * 8;
    private const double Factorial10 = Factorial8 * 9 * 10;
    private const double Factorial12 = Factorial10 * 11 * 12;
    private const double Factorial14 = Factorial12 * 13 * 14;
    private const double Factorial16 = Factorial14 * 15 * 16;
    private const double Factorial18 = Factorial16 * 17 * 18;

    /// <inheritdoc/>
    /// <remarks>Both branches end in a subtracted quotient, which is divided once.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> magnitude = Vector512.Abs(x), one = Vector512<T>.One;
        Vector512<T> isSmall = Vector512.LessThan(magnitude, Number<T>(SeriesLimit));
        (Vector512<T> numerator, Vector512<T> denominator) = Correction(magnitude * magnitude);
        Vector512<T> twice = magnitude + magnitude;
        Vector512<T> exponent = Vector512.ConditionalSelect(Vector512.GreaterThan(twice, Number<T>(Saturation)), Number<T>(Saturation), twice);
        Vector512<T> subtracted = Vector512.ConditionalSelect(isSmall, magnitude * numerator, Number<T>(2))
            / Vector512.ConditionalSelect(isSmall, denominator, VectorMath.Exp(exponent) + one);

        // the magnitude is never negative, so the sign of x can be put back by an or; a NaN has failed the comparison and came through e^{2|x|}
        return (Vector512.ConditionalSelect(isSmall, magnitude, one) - subtracted) | (x & Vector512.Create(T.NegativeZero));
    }

    /// <summary>tanh x for |x| &lt; 5/8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Series<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (Vector512<T> numerator, Vector512<T> denominator) = Correction(x * x);
        return x - (x * numerator / denominator);
    }

    /// <summary>t·A(t) and C(t).</summary>
    /// <remarks>The coefficients are constant expressions, from the highest term down: 2n/(2n+1)! and 1/(2n)!. float takes the terms up to t⁴: the next of C
    /// is below 2⁻²⁸, that of t·A, of which an eighth counts, below 2⁻²⁵ of it.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<T> Numerator, Vector512<T> Denominator) Correction<T>(Vector512<T> t)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> a = Vector512<T>.Zero, c = a;
        if (typeof(T) == typeof(double))
        {
            a = Number<T>(18 / (Factorial18 * 19));
            a = Next(a, t, 16 / (Factorial16 * 17));
            a = Next(a, t, 14 / (Factorial14 * 15));
            a = Next(a, t, 12 / (Factorial12 * 13));
            a = Next(a, t, 10 / (Factorial10 * 11));
            c = Number<T>(1 / Factorial18);
            c = Next(c, t, 1 / Factorial16);
            c = Next(c, t, 1 / Factorial14);
            c = Next(c, t, 1 / Factorial12);
            c = Next(c, t, 1 / Factorial10);
        }

        a = Next(a, t, 8 / (Factorial8 * 9));
        a = Next(a, t, 6 / (Factorial6 * 7));
        a = Next(a, t, 4 / (Factorial4 * 5));
        a = Next(a, t, 2 / 6.0);
        c = Next(c, t, 1 / Factorial8);
        c = Next(c, t, 1 / Factorial6);
        c = Next(c, t, 1 / Factorial4);
        c = Next(c, t, 1 / 2.0);
        return (t * a, Next(c, t, 1));
    }

    // one more term of a polynomial
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Next<T>(Vector512<T> sum, Vector512<T> t, double coefficient)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
            ? Vector512.FusedMultiplyAdd(sum.AsDouble(), t.AsDouble(), Vector512.Create(coefficient)).As<double, T>()
            : Vector512.FusedMultiplyAdd(sum.AsSingle(), t.AsSingle(), Vector512.Create((float)coefficient)).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Number<T>(double value)
        where T : unmanaged, IFloatingPointIeee754<T> => Vector512.Create(T.CreateTruncating(value));
}
