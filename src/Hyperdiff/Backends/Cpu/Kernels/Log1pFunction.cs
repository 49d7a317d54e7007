using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>ln(1 + x), accurate near 0; within 5 units in the last place.</summary>
/// <remarks>
/// With u = 1 + x as rounded, c = x − (u − 1) is what the rounding lost, exactly, and <c>ln(1 + x) = ln(u + c) = ln u + c/u + O(c²/u²)</c>, where c/u is at
/// most half a unit in the last place of 1. Where u is 0 or infinite, ln u is the result.
/// </remarks>
internal readonly struct Log1pFunction : IVectorFunction
{
    /// <inheritdoc/>
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> u = one + x;
        Vector512<T> correction = (x - (u - one)) / u;
        Vector512<T> regular = Vector512.GreaterThan(u, Vector512<T>.Zero) & Vector512.LessThan(u, Vector512.Create(T.PositiveInfinity));

        // the result has the sign of x, which the sum loses for −0
        return (VectorMath.Log(u) + (correction & regular)) | (x & Vector512.Create(T.NegativeZero));
    }
}
