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
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> magnitude = Vector512.Abs(x);
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> isSmall = Vector512.LessThan(magnitude, Number<T>(SeriesLimit));
        Vector512<T> small = Series(magnitude);
        Vector512<T> twice = magnitude + magnitude;
        Vector512<T> exponent = Vector512.ConditionalSelect(Vector512.GreaterThan(twice, Number<T>(Saturation)), Number<T>(Saturation), twice);
        Vector512<T> large = one - (Number<T>(2) / (VectorMath.Exp(exponent) + one));

        // the magnitude is never negative, so the sign of x can be put back by an or; a NaN has failed the comparison and came through e^{2|x|}
        return Vector512.ConditionalSelect(isSmall, small, large) | (x & Vector512.Create(T.NegativeZero));
    }

    /// <summary>tanh x for |x| &lt; 5/8.</summary>
    /// <remarks>The coefficients are constant expressions, from the highest term down: 2n/(2n+1)! and 1/(2n)!.</remarks>
    public static Vector512<T> Series<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> t = x * x;
        Vector512<T> a = Number<T>(18 / (Factorial18 * 19));
        a = (a * t) + Number<T>(16 / (Factorial16 * 17));
        a = (a * t) + Number<T>(14 / (Factorial14 * 15));
        a = (a * t) + Number<T>(12 / (Factorial12 * 13));
        a = (a * t) + Number<T>(10 / (Factorial10 * 11));
        a = (a * t) + Number<T>(8 / (Factorial8 * 9));
        a = (a * t) + Number<T>(6 / (Factorial6 * 7));
        a = (a * t) + Number<T>(4 / (Factorial4 * 5));
        a = (a * t) + Number<T>(2 / 6.0);

        Vector512<T> c = Number<T>(1 / Factorial18);
        c = (c * t) + Number<T>(1 / Factorial16);
        c = (c * t) + Number<T>(1 / Factorial14);
        c = (c * t) + Number<T>(1 / Factorial12);
        c = (c * t) + Number<T>(1 / Factorial10);
        c = (c * t) + Number<T>(1 / Factorial8);
        c = (c * t) + Number<T>(1 / Factorial6);
        c = (c * t) + Number<T>(1 / Factorial4);
        c = (c * t) + Number<T>(1 / 2.0);
        c = (c * t) + Vector512<T>.One;
        return x - (x * (t * a / c));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Number<T>(double value)
        where T : unmanaged, IFloatingPointIeee754<T> => Vector512.Create(T.CreateTruncating(value));
}
