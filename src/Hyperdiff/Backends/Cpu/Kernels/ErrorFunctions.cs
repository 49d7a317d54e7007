using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>e^(−x²), with the square split as in the definition; within 3 units in the last place.</summary>
internal readonly struct GaussianFunction : IDoubleFunction
{
    // beyond, e^(−x²) is 0 in double precision
    private const double Largest = 28;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> limit = Vector512.Create(Largest), magnitude = Vector512.Abs(x);

        // a NaN stays one
        magnitude = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude, limit), limit, magnitude);
        Vector512<double> high = magnitude * magnitude, low = Vector512.FusedMultiplyAdd(magnitude, magnitude, -high);
        return VectorMath.Exp(-high) * (Vector512<double>.One - low);
    }
}

/// <summary>The same for vectors of either type; in single precision, where it is computed as such, within 3 units in the last place too.</summary>
internal readonly struct GaussianOfEither : IVectorFunction
{
    // beyond, e^(−x²) is 0 in single precision
    private const float Largest = 11;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? OfSingle(x.AsSingle()).As<float, T>() : InDouble<GaussianFunction>.Of(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> OfSingle(Vector512<float> x)
    {
        Vector512<float> limit = Vector512.Create(Largest), magnitude = Vector512.Abs(x);

        // a NaN stays one
        magnitude = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude, limit), limit, magnitude);
        Vector512<float> high = magnitude * magnitude, low = Vector512.FusedMultiplyAdd(magnitude, magnitude, -high);
        return VectorMath.Exp(-high) * (Vector512<float>.One - low);
    }
}

/// <summary>The error function and its complement, by the series of the definition.</summary>
internal static class VectorErrorFunction
{
    private const int TermsOfSingle = 13;
    private const double Scale = 4;

    // (−1)ⁿ / (n! (2n + 1)), n from 11 down to 1: the next term is below 2⁻⁵⁷ of the sum
    private static readonly double[] s_series = [.. Enumerable.Range(1, 11).Reverse().Select(Coefficient)];

    /// <summary>erf x for |x| ≤ 1/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Series(Vector512<double> x)
    {
        Vector512<double> square = x * x;
        return Vector512.Create(ErrorFunction.SlopeAtZero) * Vector512.FusedMultiplyAdd(x * square, Polynomial.Of(s_series, square), x);
    }

    /// <summary>erfc x for x ≥ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Complement(Vector512<double> x, bool isSingle)
    {
        Vector512<double> scale = Vector512.Create(Scale);
        return GaussianFunction.Of(x, isSingle) * Scaled(scale / (scale + x), isSingle);
    }

    /// <summary>e^(x²) erfc x in terms of t = 4/(4 + x), for x ≥ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Scaled(Vector512<double> t, bool isSingle = false)
    {
        double[] coefficients = ErrorFunction.ScaledComplement;
        return t * Polynomial.Chebyshev(coefficients, isSingle ? TermsOfSingle : coefficients.Length, (t + t) - Vector512<double>.One);
    }

    private static double Coefficient(int n)
    {
        double factorial = Enumerable.Range(1, n).Aggregate(1.0, (product, k) => product * k);
        return (n % 2 == 0 ? 1 : -1) / (factorial * ((2 * n) + 1));
    }
}

/// <summary>erf x; within 4 units in the last place.</summary>
internal readonly struct ErfFunction : IDoubleFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> magnitude = Vector512.Abs(x), isSmall = Vector512.LessThan(magnitude, Vector512.Create(0.5));
        Vector512<double> large = Vector512<double>.One - VectorErrorFunction.Complement(magnitude, isSingle);
        return Vector512.ConditionalSelect(isSmall, VectorErrorFunction.Series(magnitude), large) | (x & Vector512.Create(-0.0));
    }
}

/// <summary>1 − erf x; within 6 units in the last place.</summary>
internal readonly struct ErfcFunction : IDoubleFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> magnitude = Vector512.Abs(x), complement = VectorErrorFunction.Complement(magnitude, isSingle);
        Vector512<double> large = Vector512.ConditionalSelect(
            Vector512.LessThan(x, Vector512<double>.Zero), Vector512.Create(2.0) - complement, complement);
        Vector512<double> isSmall = Vector512.LessThan(magnitude, Vector512.Create(0.5));
        return Vector512.ConditionalSelect(isSmall, Vector512<double>.One - VectorErrorFunction.Series(x), large);
    }
}
