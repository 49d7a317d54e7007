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
        typeof(T) == typeof(float) ? OfSingle(x.AsSingle()).As<float, T>() : GaussianFunction.Of(x.AsDouble(), isSingle: false).As<double, T>();

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
    private const double Scale = 4;

    // beyond, erf x is 1 in single precision
    private const double LargestOfSingle = 6;

    // (−1)ⁿ / (n! (2n + 1)), n from 11 down to 1: the next term is below 2⁻⁵⁷ of the sum
    private static ReadOnlySpan<double> SeriesTerms =>
    [
        -1 / (39916800 * 23.0), 1 / (3628800 * 21.0), -1 / (362880 * 19.0), 1 / (40320 * 17.0), -1 / (5040 * 15.0), 1 / (720 * 13.0), -1 / (120 * 11.0),
        1 / (24 * 9.0), -1 / (6 * 7.0), 1 / (2 * 5.0), -1 / 3.0,
    ];

    /// <summary>erf x for |x| ≤ 1/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Series(Vector512<double> x)
    {
        Vector512<double> square = x * x;
        return Vector512.Create(ErrorFunction.SlopeAtZero) * Vector512.FusedMultiplyAdd(x * square, Polynomial.Of(SeriesTerms, square), x);
    }

    /// <summary>The same with the digits of a float, of which the next term is below 2⁻³⁵ of the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ShortSeries(Vector512<double> x)
    {
        Vector512<double> square = x * x, sum = Vector512.Create(-1 / (5040 * 15.0));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(1 / (720 * 13.0)));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(-1 / (120 * 11.0)));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(1 / (24 * 9.0)));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(-1 / (6 * 7.0)));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(1 / (2 * 5.0)));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(-1 / 3.0));
        return Vector512.Create(ErrorFunction.SlopeAtZero) * Vector512.FusedMultiplyAdd(x * square, sum, x);
    }

    /// <summary>erfc x for x ≥ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Complement(Vector512<double> x)
    {
        Vector512<double> scale = Vector512.Create(Scale);
        return GaussianFunction.Of(x, isSingle: false) * Scaled(scale / (scale + x));
    }

    /// <summary>erfc x for a float x ≥ 1/2, within 2⁻³¹.</summary>
    /// <remarks>The square of a float is exact. A polynomial in t = 4/(4 + x) is interpolated at Chebyshev points, and off by 2⁻³² at the most.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ShortComplement(Vector512<double> x)
    {
        // a NaN stays one
        Vector512<double> limit = Vector512.Create(LargestOfSingle), scale = Vector512.Create(Scale);
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(x, limit), limit, x);
        Vector512<double> t = scale / (scale + x), sum = Vector512.Create(1.4031630053812942);
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(-4.100877180338179));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(6.553639898627301));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(-5.933773925056607));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(3.8038534872760055));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(-1.3281577717447184));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.511833375243031));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.08682686098833303));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.0034933699800707707));
        return VectorMath.ShortExp(-(x * x)) * sum;
    }

    /// <summary>e^(x²) erfc x in terms of t = 4/(4 + x), for x ≥ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Scaled(Vector512<double> t) =>
        t * Polynomial.Chebyshev(ErrorFunction.ScaledComplement, (t + t) - Vector512<double>.One);
}

/// <summary>erf x; within 4 units in the last place.</summary>
internal readonly struct ErfFunction : IDoubleFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> magnitude = Vector512.Abs(x), isSmall = Vector512.LessThan(magnitude, Vector512.Create(0.5));
        Vector512<double> complement = isSingle ? VectorErrorFunction.ShortComplement(magnitude) : VectorErrorFunction.Complement(magnitude);
        Vector512<double> small = isSingle ? VectorErrorFunction.ShortSeries(magnitude) : VectorErrorFunction.Series(magnitude);
        return Vector512.ConditionalSelect(isSmall, small, Vector512<double>.One - complement) | (x & Vector512.Create(-0.0));
    }
}

/// <summary>1 − erf x; within 6 units in the last place.</summary>
internal readonly struct ErfcFunction : IDoubleFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> magnitude = Vector512.Abs(x), complement = VectorErrorFunction.Complement(magnitude);
        Vector512<double> large = Vector512.ConditionalSelect(
            Vector512.LessThan(x, Vector512<double>.Zero), Vector512.Create(2.0) - complement, complement);
        Vector512<double> isSmall = Vector512.LessThan(magnitude, Vector512.Create(0.5));
        return Vector512.ConditionalSelect(isSmall, Vector512<double>.One - VectorErrorFunction.Series(x), large);
    }
}
