using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>eˣ; within 1.2 units in the last place.</summary>
internal readonly struct ExpFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => VectorMath.Exp(x);
}

/// <summary>eˣ − 1, accurate near 0; within 4 units in the last place.</summary>
/// <remarks>For |x| ≤ 1, with t = tanh(x/2): <c>eˣ = (1 + t)/(1 − t)</c>, so <c>eˣ − 1 = 2t/(1 − t)</c>, which subtracts nothing that is close to 1.</remarks>
internal readonly struct Expm1Function : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> t = TanhFunction.Series(x * Vector512.Create(T.CreateTruncating(0.5)));
        Vector512<T> isSmall = Vector512.LessThanOrEqual(Vector512.Abs(x), one);

        // halves of the smallest numbers are 0, and x²/2 is below the rounding of x well before
        Vector512<T> isTiny = Vector512.LessThan(Vector512.Abs(x), Vector512.Create(T.BitIncrement(T.One) - T.One));
        return Vector512.ConditionalSelect(isTiny, x, Vector512.ConditionalSelect(isSmall, (t + t) / (one - t), VectorMath.Exp(x) - one));
    }
}

/// <summary>ln x; within 1.5 units in the last place.</summary>
internal readonly struct LogFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => VectorLogarithm.Of(x);
}

/// <summary>ln(1 + x), accurate near 0; within 5 units in the last place.</summary>
/// <remarks>
/// With u = 1 + x as rounded, c = x − (u − 1) is what the rounding lost, exactly, and <c>ln(1 + x) = ln(u + c) = ln u + c/u + O(c²/u²)</c>, where c/u is at
/// most half a unit in the last place of 1. Where u is 0 or infinite, ln u is the result.
/// </remarks>
internal readonly struct Log1pFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> u = one + x;
        Vector512<T> correction = (x - (u - one)) / u;
        Vector512<T> regular = Vector512.GreaterThan(u, Vector512<T>.Zero) & Vector512.LessThan(u, Vector512.Create(T.PositiveInfinity));

        // the result has the sign of x, which the sum loses for −0
        return (VectorLogarithm.Of(u) + (correction & regular)) | (x & Vector512.Create(T.NegativeZero));
    }
}

/// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^(−|x|)), as in the definition; within 5 units in the last place.</summary>
internal readonly struct SoftplusFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector512.Max(x, Vector512<T>.Zero) + Log1pFunction.Of(VectorMath.Exp(-Vector512.Abs(x)));
}

/// <summary>1/(1 + e⁻ˣ); within 4 units in the last place.</summary>
/// <remarks>The smaller of it and 1/(1 + eˣ) is e/(1 + e) with the exponential e of −|x|; the greater is what is left of 1, where nothing cancels.</remarks>
internal readonly struct SigmoidFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> e = VectorMath.Exp(-Vector512.Abs(x)), one = Vector512<T>.One, smaller = e / (one + e);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<T>.Zero), smaller, one - smaller);
    }
}
