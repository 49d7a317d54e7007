using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>ln x; within 1.5 units in the last place.</summary>
/// <remarks>
/// x = 2ᵏ (1 + f) with 1 + f between √½ and √2, and with s = f/(2 + f), z = s² and h = f²/2: <c>ln(1 + f) = 2 artanh s = f − (h − s (h + R))</c>, where <c>R =
/// 2z/3 + 2z²/5 + …</c>, of which the next term is below 2⁻⁵⁸ of the sum (float: 2⁻²⁷). Each function is part of the loop around it: that of the runtime is a
/// call, which hands vectors over on the stack.
/// </remarks>
internal static class VectorLogarithm
{
    private const double Ln2 = 0.6931471805599453;
    private const double Ln2Rest = 2.3190468138462996e-17;

    // 1.5 · 2⁵²: a whole number that is added to its bits is one of its last bits
    private const double Whole = 6755399441055744;
    private const float WholeOfSingle = 12582912;

    private const double Least = 2.2250738585072014e-308;
    private const float LeastOfSingle = 1.17549435e-38f;

    // the bits of √½, and of 1
    private const long RootOfHalf = 0x3FE6A09E667F3BCD;
    private const long One = 0x3FF0000000000000;
    private const int RootOfHalfOfSingle = 0x3F3504F3;
    private const int OneOfSingle = 0x3F800000;
    private const int Bias = 1023;
    private const int BiasOfSingle = 127;
    private const int Length = 52;
    private const int LengthOfSingle = 23;

    /// <summary>ln x of every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
            ? Of(x.AsDouble()).As<double, T>()
            : Of(x.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Of(Vector512<double> x)
    {
        // subnormal numbers are none after they are multiplied
        Vector512<double> isSmall = Vector512.LessThan(x, Vector512.Create(Least)), zero = Vector512<double>.Zero;
        Vector512<double> normal = Vector512.ConditionalSelect(isSmall, x * Vector512.Create((double)(1L << Length)), x);
        Vector512<long> bits = normal.AsInt64(), exponent = (bits + Vector512.Create(One - RootOfHalf)) >>> Length;
        Vector512<double> f = (bits - (exponent << Length) + Vector512.Create(One)).AsDouble() - Vector512<double>.One;
        Vector512<double> k = (exponent + Vector512.Create(Whole).AsInt64()).AsDouble() - Vector512.Create(Whole + Bias);
        k -= isSmall & Vector512.Create((double)Length);

        Vector512<double> s = f / (Vector512.Create(2.0) + f), z = s * s, half = Vector512.Create(0.5) * f * f;
        Vector512<double> rest = Vector512.FusedMultiplyAdd(k, Vector512.Create(Ln2Rest), s * Vector512.FusedMultiplyAdd(z, Series(z), half));
        Vector512<double> logarithm = Vector512.FusedMultiplyAdd(k, Vector512.Create(Ln2), f - (half - rest));
        Vector512<double> isRegular = Vector512.GreaterThan(x, zero) & Vector512.LessThan(x, Vector512.Create(double.PositiveInfinity));

        // of the others ∞ and NaN are their own logarithms
        Vector512<double> other = Vector512.ConditionalSelect(Vector512.LessThan(x, zero), Vector512.Create(double.NaN), x);
        other = Vector512.ConditionalSelect(Vector512.Equals(x, zero), Vector512.Create(double.NegativeInfinity), other);
        return Vector512.ConditionalSelect(isRegular, logarithm, other);
    }

    // 2/3 + 2x/5 + … + 2x¹⁰/23
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Series(Vector512<double> x)
    {
        Vector512<double> sum = Vector512.Create(2.0 / 23);
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2.0 / 21));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2.0 / 19));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2.0 / 17));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2.0 / 15));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2.0 / 13));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2.0 / 11));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2.0 / 9));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2.0 / 7));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2.0 / 5));
        return Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2.0 / 3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Of(Vector512<float> x)
    {
        Vector512<float> isSmall = Vector512.LessThan(x, Vector512.Create(LeastOfSingle)), zero = Vector512<float>.Zero;
        Vector512<float> normal = Vector512.ConditionalSelect(isSmall, x * Vector512.Create((float)(1 << LengthOfSingle)), x);
        Vector512<int> bits = normal.AsInt32(), exponent = (bits + Vector512.Create(OneOfSingle - RootOfHalfOfSingle)) >>> LengthOfSingle;
        Vector512<float> f = (bits - (exponent << LengthOfSingle) + Vector512.Create(OneOfSingle)).AsSingle() - Vector512<float>.One;
        Vector512<float> k = (exponent + Vector512.Create(WholeOfSingle).AsInt32()).AsSingle() - Vector512.Create(WholeOfSingle + BiasOfSingle);
        k -= isSmall & Vector512.Create((float)LengthOfSingle);

        Vector512<float> s = f / (Vector512.Create(2f) + f), z = s * s, half = Vector512.Create(0.5f) * f * f;
        Vector512<float> rest = Vector512.FusedMultiplyAdd(
            k, Vector512.Create((float)(Ln2 - (float)Ln2)), s * Vector512.FusedMultiplyAdd(z, Series(z), half));
        Vector512<float> logarithm = Vector512.FusedMultiplyAdd(k, Vector512.Create((float)Ln2), f - (half - rest));
        Vector512<float> isRegular = Vector512.GreaterThan(x, zero) & Vector512.LessThan(x, Vector512.Create(float.PositiveInfinity));
        Vector512<float> other = Vector512.ConditionalSelect(Vector512.LessThan(x, zero), Vector512.Create(float.NaN), x);
        other = Vector512.ConditionalSelect(Vector512.Equals(x, zero), Vector512.Create(float.NegativeInfinity), other);
        return Vector512.ConditionalSelect(isRegular, logarithm, other);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Series(Vector512<float> x)
    {
        Vector512<float> sum = Vector512.Create(2 / 9f);
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2 / 7f));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2 / 5f));
        return Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(2 / 3f));
    }
}
