using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Functions for vectors of double and of float under one name.</summary>
internal static class VectorMath
{
    private const double Ln2 = 0.6931471805599453;
    private const double Ln2Rest = 2.3190468138462996e-17;

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

    /// <summary>ln x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Log<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
            ? Vector512.Log(x.AsDouble()).As<double, T>()
            : Vector512.Log(x.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Exp(Vector512<double> x)
    {
        // beyond, the result is 0 or infinite; a NaN stays one
        Vector512<double> least = Vector512.Create(-750.0), greatest = Vector512.Create(710.0), whole = Vector512.Create(6755399441055744.0);
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, least), least, x);
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(x, greatest), greatest, x);
        Vector512<double> rounded = Vector512.FusedMultiplyAdd(x, Vector512.Create(1 / Ln2), whole), n = whole - rounded;
        Vector512<double> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(Ln2), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(Ln2Rest), r);
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
        sum = Vector512<double>.One + Vector512.FusedMultiplyAdd(r * r, sum, r);

        // the last bits of the rounded number are n, those of its exponent fall out
        Vector512<long> exponent = rounded.AsInt64() - whole.AsInt64(), half = exponent >> 1, bias = Vector512.Create(1023L);
        return sum * ((half + bias) << 52).AsDouble() * ((exponent - half + bias) << 52).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Exp(Vector512<float> x)
    {
        Vector512<float> least = Vector512.Create(-105f), greatest = Vector512.Create(89f), whole = Vector512.Create(12582912f);
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, least), least, x);
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(x, greatest), greatest, x);
        Vector512<float> rounded = Vector512.FusedMultiplyAdd(x, Vector512.Create((float)(1 / Ln2)), whole), n = whole - rounded;
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create((float)Ln2), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create((float)(Ln2 - (float)Ln2)), r);
        Vector512<float> sum = Vector512.Create(1 / 5040f);
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 720f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 120f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 24f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(1 / 6f));
        sum = Vector512.FusedMultiplyAdd(sum, r, Vector512.Create(0.5f));
        sum = Vector512<float>.One + Vector512.FusedMultiplyAdd(r * r, sum, r);
        Vector512<int> exponent = rounded.AsInt32() - whole.AsInt32(), half = exponent >> 1, bias = Vector512.Create(127);
        return sum * ((half + bias) << 23).AsSingle() * ((exponent - half + bias) << 23).AsSingle();
    }
}
