using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Functions for vectors of double and of float under one name.</summary>
internal static class VectorMath
{
    private const double Ln2 = 0.6931471805599453;
    private const double Ln2Rest = 2.3190468138462996e-17;

    // added to a number, it leaves the nearest whole number in the last bits
    private const double Whole = 6755399441055744;
    private const float WholeOfSingle = 12582912;

    /// <summary>eˣ; within 1.2 units in the last place, and 1 at 0, which the runtime's is not for vectors of float.</summary>
    /// <remarks>
    /// x = n ln 2 + r, and <c>eˣ = 2ⁿ (1 + (r + r² P(r)))</c> by the Taylor series, whose next term is below 2⁻⁵⁷ (float: 2⁻²⁷). x − n l₁ with the
    /// double next to ln 2 is exact. 2ⁿ goes in as two factors, so that the result may be subnormal, and is rounded once.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
            ? Exp(x.AsDouble()).As<double, T>()
            : Exp(x.AsSingle()).As<float, T>();

    /// <summary>e^(x + c) where neither that nor its reciprocal is near the ends of the type, within two units in the last place.</summary>
    /// <param name="x">The exponent.</param>
    /// <param name="c">What rounding took from it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> ExpOfModerate<T>(Vector512<T> x, Vector512<T> c)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
            ? ExpOfModerate(x.AsDouble(), c.AsDouble()).As<double, T>()
            : ExpOfModerate(x.AsSingle(), c.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Exp(Vector512<double> x)
    {
        // beyond, the result is 0 or infinite; of two of which one is no number, the second counts, so that a NaN stays one
        x = Vector512.MinNative(Vector512.Create(710.0), Vector512.MaxNative(Vector512.Create(-750.0), x));
        Vector512<double> sum = Series(Reduced(x, out Vector512<double> rounded));
        if (Avx512F.IsSupported)
        {
            return Avx512F.Scale(sum, rounded - Vector512.Create(Whole));
        }

        // the last bits of the rounded number are n, those of its exponent fall out
        Vector512<long> exponent = rounded.AsInt64() - Vector512.Create(Whole).AsInt64(), half = exponent >> 1, bias = Vector512.Create(1023L);
        return sum * ((half + bias) << 52).AsDouble() * ((exponent - half + bias) << 52).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ExpOfModerate(Vector512<double> x, Vector512<double> c)
    {
        Vector512<double> sum = Series(Reduced(x, out Vector512<double> rounded) + c);
        return sum * ((rounded.AsInt64() + Vector512.Create(1023 - BitConverter.DoubleToInt64Bits(Whole))) << 52).AsDouble();
    }

    /// <summary>2ᵏ (1 + c) eˣ where that is a normal number, not near the ends of the type.</summary>
    /// <param name="x">x.</param>
    /// <param name="c">What rounding took from it.</param>
    /// <param name="k">A whole number.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ExpOfParts(Vector512<double> x, Vector512<double> c, Vector512<double> k)
    {
        Vector512<double> sum = Series(Reduced(x, out Vector512<double> rounded));
        Vector512<long> exponent = (rounded + k).AsInt64() + Vector512.Create(1023 - BitConverter.DoubleToInt64Bits(Whole));
        return Vector512.FusedMultiplyAdd(sum, c, sum) * (exponent << 52).AsDouble();
    }

    /// <summary>eˣ for |x| up to 700, within 2⁻³¹ of it: a double as exact as a float needs.</summary>
    /// <param name="x">x, no NaN.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ShortExp(Vector512<double> x)
    {
        Vector512<double> rounded = Vector512.FusedMultiplyAdd(x, Vector512.Create(1 / Ln2), Vector512.Create(Whole));
        Vector512<double> r = Vector512.FusedMultiplyAdd(Vector512.Create(Whole) - rounded, Vector512.Create(Ln2), x);

        // the Taylor series, whose next term is below 2⁻³¹ of the sum
        Vector512<double> sum = Vector512.Create(1 / 40320.0);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 5040.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 720.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 120.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 24.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 6.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(0.5));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<double>.One);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512<double>.One);
        return sum * ((rounded.AsInt64() + Vector512.Create(1023 - BitConverter.DoubleToInt64Bits(Whole))) << 52).AsDouble();
    }

    // x − n ln 2 for the nearest n, which are the last bits of the rounded number
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Reduced(Vector512<double> x, out Vector512<double> rounded)
    {
        rounded = Vector512.FusedMultiplyAdd(x, Vector512.Create(1 / Ln2), Vector512.Create(Whole));
        Vector512<double> n = Vector512.Create(Whole) - rounded;
        return Vector512.FusedMultiplyAdd(n, Vector512.Create(Ln2Rest), Vector512.FusedMultiplyAdd(n, Vector512.Create(Ln2), x));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Series(Vector512<double> r)
    {
        Vector512<double> sum = Vector512.Create(1 / 6227020800.0);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 479001600.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 39916800.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 3628800.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 362880.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 40320.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 5040.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 720.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 120.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 24.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 6.0));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(0.5));
        return Vector512<double>.One + Vector512.FusedMultiplyAdd(r * r, sum, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.MinNative(Vector512.Create(89f), Vector512.MaxNative(Vector512.Create(-105f), x));
        Vector512<float> sum = Series(Reduced(x, out Vector512<float> rounded));
        if (Avx512F.IsSupported)
        {
            return Avx512F.Scale(sum, rounded - Vector512.Create(WholeOfSingle));
        }

        Vector512<int> exponent = rounded.AsInt32() - Vector512.Create(WholeOfSingle).AsInt32(), half = exponent >> 1, bias = Vector512.Create(127);
        return sum * ((half + bias) << 23).AsSingle() * ((exponent - half + bias) << 23).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> ExpOfModerate(Vector512<float> x, Vector512<float> c)
    {
        Vector512<float> sum = Series(Reduced(x, out Vector512<float> rounded) + c);
        return sum * ((rounded.AsInt32() + Vector512.Create(127 - BitConverter.SingleToInt32Bits(WholeOfSingle))) << 23).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Reduced(Vector512<float> x, out Vector512<float> rounded)
    {
        rounded = Vector512.FusedMultiplyAdd(x, Vector512.Create((float)(1 / Ln2)), Vector512.Create(WholeOfSingle));
        Vector512<float> n = Vector512.Create(WholeOfSingle) - rounded, r = Vector512.FusedMultiplyAdd(n, Vector512.Create((float)Ln2), x);
        return Vector512.FusedMultiplyAdd(n, Vector512.Create((float)(Ln2 - (float)Ln2)), r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Series(Vector512<float> r)
    {
        Vector512<float> sum = Vector512.Create(1 / 5040f);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 720f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 120f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 24f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 6f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(0.5f));
        return Vector512<float>.One + Vector512.FusedMultiplyAdd(r * r, sum, r);
    }
}
