using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The arc of a tangent and of a sine near 0, as polynomials: interpolated at Chebyshev points with 60 digits, off by less than 2⁻⁵⁵ of the
/// result, or 2⁻²⁸ where the digits of a float are enough.</summary>
internal static class Arc
{
    /// <summary>tan(π/8): up to here the polynomial is that of the arc of a tangent.</summary>
    public const double Eighth = 0.41421356237309503;

    /// <summary>What π/2 loses to its double.</summary>
    public const double HalfPiRest = 6.123233995736766e-17;

    private static ReadOnlySpan<double> Tangents =>
    [
        -0.019176887109764177, 0.03923165828719725, -0.05085449737615746, 0.05858148912731945, -0.06664511447372617, 0.07692183190825304,
        -0.09090904578123861, 0.1111111101525636, -0.14285714284666542, 0.1999999999999552, -0.3333333333333333,
    ];

    // the same to 2⁻²⁸
    private static ReadOnlySpan<double> TangentsOfSingle =>
        [-0.06451928206814786, 0.10743731490284618, -0.14263955597919134, 0.1999954048364582, -0.3333333176116848];

    private static ReadOnlySpan<float> SinesOfSingle => [0.033690847f, 0.017149238f, 0.031100662f, 0.044599403f, 0.07500095f, 0.16666667f];

    private static ReadOnlySpan<double> Sines =>
    [
        0.028757851385497846, -0.014851887099418173, 0.017400879462006948, 0.005457506710982731, 0.010322814352127795, 0.01147917741485599,
        0.013971212973590646, 0.01735239272086707, 0.022372172942150034, 0.030381944138531243, 0.04464285714635543, 0.07499999999998433, 0.16666666666666669,
    ];

    /// <summary>arctan t − t for |t| ≤ tan(π/8).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> TangentRest(Vector512<double> t, bool isSingle) =>
        t * (t * t) * Polynomial.Of(isSingle ? TangentsOfSingle : Tangents, t * t);

    /// <summary>arcsin x − x for |x| ≤ 1/2, where z = x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> SineRest<T>(Vector512<T> x, Vector512<T> z)
        where T : unmanaged, IFloatingPointIeee754<T> => x * z * (typeof(T) == typeof(double)
            ? Polynomial.Of(Sines, z.AsDouble()).As<double, T>()
            : Polynomial.Of(SinesOfSingle, z.AsSingle()).As<float, T>());

    /// <summary>The number next to π/2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> HalfPi<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => Number<T>(Math.PI / 2);

    /// <summary>What π/2 loses to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> RestOfHalfPi<T>()
        where T : unmanaged, IFloatingPointIeee754<T> => Number<T>(typeof(T) == typeof(double) ? HalfPiRest : (Math.PI / 2) - (float)(Math.PI / 2));

    /// <summary>A number in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Number<T>(double x)
        where T : unmanaged, IFloatingPointIeee754<T> => Vector512.Create(T.CreateTruncating(x));

    /// <summary>arctan(y/x) for y ≥ 0 and x ≥ 0, not both 0 nor both infinite.</summary>
    /// <remarks>With t = y/x: beyond tan(3π/8) it is π/2 − arctan(1/t), between π/4 + arctan((t − 1)/(t + 1)), so that one division is enough.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> OfQuotient(Vector512<double> y, Vector512<double> x, bool isSingle)
    {
        Vector512<double> limit = Vector512.Create(Eighth), zero = Vector512<double>.Zero;
        Vector512<double> isFlat = Vector512.LessThanOrEqual(y, limit * x), isSteep = Vector512.LessThanOrEqual(x, limit * y);
        Vector512<double> numerator = Vector512.ConditionalSelect(isFlat, y, Vector512.ConditionalSelect(isSteep, -x, y - x));
        Vector512<double> divisor = Vector512.ConditionalSelect(isFlat, x, Vector512.ConditionalSelect(isSteep, y, y + x));
        Vector512<double> turned = Vector512.ConditionalSelect(
            isFlat, zero, Vector512.ConditionalSelect(isSteep, Vector512.Create(Math.PI / 2), Vector512.Create(Math.PI / 4)));
        Vector512<double> rest = Vector512.ConditionalSelect(
            isFlat, zero, Vector512.ConditionalSelect(isSteep, Vector512.Create(HalfPiRest), Vector512.Create(HalfPiRest / 2)));
        Vector512<double> t = numerator / divisor;
        return turned + (t + (TangentRest(t, isSingle) + rest));
    }
}

/// <summary>arctan x; within 2 units in the last place.</summary>
internal readonly struct AtanFunction : IDoubleFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle) =>
        Arc.OfQuotient(Vector512.Abs(x), Vector512<double>.One, isSingle) | (x & Vector512.Create(-0.0));
}

/// <summary>arcsin x; within 2 units in the last place.</summary>
/// <remarks>For |x| above 1/2, with s² = (1 − |x|)/2: <c>arcsin |x| = π/2 − 2 arcsin s</c>.</remarks>
internal readonly struct AsinFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> magnitude = Vector512.Abs(x), half = Arc.Number<T>(0.5), isLarge = Vector512.GreaterThan(magnitude, half);
        Vector512<T> z = Vector512.ConditionalSelect(isLarge, half * (Vector512<T>.One - magnitude), x * x);
        Vector512<T> s = Vector512.ConditionalSelect(isLarge, Vector512.Sqrt(z), magnitude), rest = Arc.SineRest(s, z);
        Vector512<T> small = s + rest, large = Arc.HalfPi<T>() - ((s + s) + ((rest + rest) - Arc.RestOfHalfPi<T>()));
        return Vector512.ConditionalSelect(isLarge, large, small) | (x & Vector512.Create(T.NegativeZero));
    }
}

/// <summary>arccos x; within 2 units in the last place.</summary>
/// <remarks>For |x| above 1/2, with s² = (1 − |x|)/2: 2 arcsin s, and π less that where x is negative.</remarks>
internal readonly struct AcosFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> magnitude = Vector512.Abs(x), half = Arc.Number<T>(0.5), isLarge = Vector512.GreaterThan(magnitude, half);
        Vector512<T> z = Vector512.ConditionalSelect(isLarge, half * (Vector512<T>.One - magnitude), x * x);
        Vector512<T> s = Vector512.ConditionalSelect(isLarge, Vector512.Sqrt(z), x), rest = Arc.SineRest(s, z);
        Vector512<T> right = Arc.HalfPi<T>(), restOfRight = Arc.RestOfHalfPi<T>();
        Vector512<T> small = right - (s + (rest - restOfRight)), large = (s + s) + (rest + rest);
        Vector512<T> opposite = (right + right) - ((s + s) + ((rest + rest) - (restOfRight + restOfRight)));
        large = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<T>.Zero), opposite, large);
        return Vector512.ConditionalSelect(isLarge, large, small);
    }
}

/// <summary>The angle of the point (x, y); within 2 units in the last place, and a few of the least subnormal numbers.</summary>
internal readonly struct Atan2Function : IDoubleFunctionOfTwo
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> y, Vector512<double> x, bool isSingle)
    {
        Vector512<double> height = Vector512.Abs(y), width = Vector512.Abs(x);
        Vector512<double> angle = Arc.OfQuotient(height, width, isSingle);
        Vector512<double> opposite = Vector512.Create(Math.PI) - (angle - Vector512.Create(2 * Arc.HalfPiRest));
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<double>.Zero), opposite, angle) | (y & Vector512.Create(-0.0));
    }

    /// <summary>Elsewhere a product with the limit or the sum of both could leave the range, both are 0 or infinite, or one is not a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(Vector512<double> y, Vector512<double> x)
    {
        Vector512<double> height = Vector512.Abs(y), width = Vector512.Abs(x), least = Vector512.Min(height, width), greatest = Vector512.Max(height, width);
        Vector512<double> regular = Vector512.GreaterThan(least, Vector512.Create(1e-300)) & Vector512.LessThan(greatest, Vector512.Create(1e300));
        return Vector512.EqualsAll(regular.AsInt64(), Vector512<long>.AllBitsSet);
    }

    /// <inheritdoc/>
    public static double Beyond(double y, double x) => Math.Atan2(y, x);
}
