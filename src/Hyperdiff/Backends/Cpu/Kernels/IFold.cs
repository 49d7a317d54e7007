using System.Diagnostics;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>An associative way to make one number of many: what reductions differ by.</summary>
internal interface IFold
{
    /// <summary>Folds a span that is not empty, pairwise.</summary>
    static abstract T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Folds two numbers.</summary>
    static abstract T Of<T>(T x, T y)
        where T : unmanaged, IFloatingPointIeee754<T>;

    /// <summary>Folds the lanes of two vectors; only where <see cref="HasVectors"/>.</summary>
    static virtual Vector512<T> Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T> => throw new UnreachableException("this fold is not one of vectors");

    /// <summary>Whether vectors are folded lane by lane, each as a number.</summary>
    static virtual bool HasVectors => true;

    /// <summary>Folds two spans, element by element; the result may be either.</summary>
    static abstract void Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>;
}

/// <summary>Adds.</summary>
internal readonly struct SumFold : IFold
{
    /// <inheritdoc/>
    static T IFold.Of<T>(ReadOnlySpan<T> x) => PairwiseSum.Of(x);

    /// <inheritdoc/>
    static T IFold.Of<T>(T x, T y) => x + y;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IFold.Of<T>(Vector512<T> x, Vector512<T> y) => x + y;

    /// <inheritdoc/>
    static void IFold.Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => ArithmeticKernels<Addition>.Apply(x, y, result);
}

/// <summary>Takes the greatest; NaN if one is.</summary>
internal readonly struct MaxFold : IFold
{
    /// <inheritdoc/>
    static T IFold.Of<T>(ReadOnlySpan<T> x) => TensorPrimitives.Max(x);

    /// <inheritdoc/>
    static T IFold.Of<T>(T x, T y) => T.Max(x, y);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IFold.Of<T>(Vector512<T> x, Vector512<T> y) => Vector512.Max(x, y);

    /// <inheritdoc/>
    static void IFold.Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Max(x, y, result);
}

/// <summary>Takes the smallest; NaN if one is.</summary>
internal readonly struct MinFold : IFold
{
    /// <inheritdoc/>
    static T IFold.Of<T>(ReadOnlySpan<T> x) => TensorPrimitives.Min(x);

    /// <inheritdoc/>
    static T IFold.Of<T>(T x, T y) => T.Min(x, y);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IFold.Of<T>(Vector512<T> x, Vector512<T> y) => Vector512.Min(x, y);

    /// <inheritdoc/>
    static void IFold.Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Min(x, y, result);
}
