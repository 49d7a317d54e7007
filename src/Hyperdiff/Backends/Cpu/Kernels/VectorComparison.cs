using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>A relation between two numbers, decided for the lanes of vectors.</summary>
/// <remarks>Always a part of the loop around it, not left to the profile of the first runs: a loop took nine times as long in one process as
/// in another.</remarks>
internal interface IVectorComparison
{
    /// <summary>All bits of every lane where it holds, none where it does not.</summary>
    static abstract Vector512<T> Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>x where it holds between a and b, y where it does not; without the mask as numbers in between.</summary>
    static abstract Vector512<T> Choose<T>(Vector512<T> a, Vector512<T> b, Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Whether it holds.</summary>
    static abstract bool Of<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>x = y.</summary>
internal readonly struct EqualComparison : IVectorComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorComparison.Of<T>(Vector512<T> x, Vector512<T> y) => Vector512.Equals(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorComparison.Choose<T>(Vector512<T> a, Vector512<T> b, Vector512<T> x, Vector512<T> y) =>
        Vector512.ConditionalSelect(Vector512.Equals(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IVectorComparison.Of<T>(T x, T y) => x == y;
}

/// <summary>x &lt; y.</summary>
internal readonly struct LessComparison : IVectorComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorComparison.Of<T>(Vector512<T> x, Vector512<T> y) => Vector512.LessThan(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorComparison.Choose<T>(Vector512<T> a, Vector512<T> b, Vector512<T> x, Vector512<T> y) =>
        Vector512.ConditionalSelect(Vector512.LessThan(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IVectorComparison.Of<T>(T x, T y) => x < y;
}

/// <summary>x ≤ y.</summary>
internal readonly struct LessOrEqualComparison : IVectorComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorComparison.Of<T>(Vector512<T> x, Vector512<T> y) => Vector512.LessThanOrEqual(x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorComparison.Choose<T>(Vector512<T> a, Vector512<T> b, Vector512<T> x, Vector512<T> y) =>
        Vector512.ConditionalSelect(Vector512.LessThanOrEqual(a, b), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IVectorComparison.Of<T>(T x, T y) => x <= y;
}

/// <summary>x is neither infinite nor NaN; y is of no account.</summary>
internal readonly struct FiniteComparison : IVectorComparison
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorComparison.Of<T>(Vector512<T> x, Vector512<T> y) => Vector512.LessThan(Vector512.Abs(x), Vector512.Create(T.PositiveInfinity));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorComparison.Choose<T>(Vector512<T> a, Vector512<T> b, Vector512<T> x, Vector512<T> y) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(a), Vector512.Create(T.PositiveInfinity)), x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IVectorComparison.Of<T>(T x, T y) => T.IsFinite(x);
}
