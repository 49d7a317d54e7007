using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>x Φ(x), by <c>1 − Φ(|x|) = e^(−x²/2)/2 · (e^(z²) erfc z)</c> with z = |x|/√2; within 8 units in the last place, in single
/// precision, which is computed as such, within 6.</summary>
internal readonly struct GeluFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(double) ? Of(x.AsDouble()).As<double, T>() : Of(x.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Of(Vector512<double> x)
    {
        Vector512<double> share = NormalTail.Share(x, out Vector512<double> size, out Vector512<double> root);
        Vector512<double> lost = size * share * root * root;
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<double>.Zero), -lost, x - lost);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Of(Vector512<float> x)
    {
        Vector512<float> lost = NormalTail.TwiceTheShare(x, out Vector512<float> half, out Vector512<float> root) * half * root * root;

        // of two zeros and of a NaN the second counts, so that a zero keeps its sign
        return Vector512.MaxNative(Vector512.Create(-0f), x) - lost;
    }
}

/// <summary>Φ(x) + x φ(x), likewise; within 8 units in the last place of the greater of the result and Φ(x), which differ where it vanishes, at
/// −0.75.</summary>
internal readonly struct GeluSlopeFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(double) ? Of(x.AsDouble()).As<double, T>() : Of(x.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Of(Vector512<double> x)
    {
        Vector512<double> share = NormalTail.Share(x, out Vector512<double> size, out Vector512<double> root);
        Vector512<double> below = Vector512.FusedMultiplyAdd(Vector512.Create(-GeluSlope.Density), size, share) * root * root;
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<double>.Zero), below, Vector512<double>.One - below);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Of(Vector512<float> x)
    {
        Vector512<float> twice = NormalTail.TwiceTheShare(x, out Vector512<float> half, out Vector512<float> root);
        Vector512<float> share = Vector512.FusedMultiplyAdd(Vector512.Create((float)(-4 * GeluSlope.Density)), half, twice) * Vector512.Create(0.5f);
        Vector512<float> below = share * root * root;
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), below, Vector512<float>.One - below);
    }
}

/// <summary>The tail of the normal distribution in parts: <c>1 − Φ(|x|) = share · root²</c>, of which only the product may be subnormal.</summary>
internal static class NormalTail
{
    // beyond, tails are 0, also when they are multiplied by x, and the root is not subnormal
    private const double Far = 40;
    private const float FarOfSingle = 16;

    // of t = 2√2/(2√2 + x), twice as great in double precision: the arguments of the error function are x/√2
    private const double Scale = 2.8284271247461903;

    /// <summary>The share of e^(−x²/2), and the root of that; its square is split as in the definition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Share(Vector512<double> x, out Vector512<double> size, out Vector512<double> root)
    {
        // a NaN stays one
        Vector512<double> limit = Vector512.Create(Far), quarter = Vector512.Create(-0.25);
        size = Vector512.Abs(x);
        size = Vector512.ConditionalSelect(Vector512.GreaterThan(size, limit), limit, size);
        Vector512<double> high = size * size, low = Vector512.FusedMultiplyAdd(size, size, -high);
        root = VectorMath.ExpOfModerate(quarter * high, quarter * low);
        return Vector512.Create(0.5) * VectorErrorFunction.Scaled(Vector512.Create(2 * Scale) / (Vector512.Create(2 * Scale) + size));
    }

    /// <summary>The same in single precision, doubled, with half the size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> TwiceTheShare(Vector512<float> x, out Vector512<float> half, out Vector512<float> root)
    {
        // a NaN stays one
        Vector512<float> scale = Vector512.Create((float)(Scale / 2));
        half = Vector512.MinNative(Vector512.Create(FarOfSingle / 2), Vector512.Abs(x) * Vector512.Create(0.5f));
        Vector512<float> high = half * half, low = Vector512.FusedMultiplyAdd(half, half, -high);
        root = VectorMath.ExpOfModerate(-high, -low);
        return ComplementaryErrorFunction.Scaled(scale / (scale + half));
    }
}
