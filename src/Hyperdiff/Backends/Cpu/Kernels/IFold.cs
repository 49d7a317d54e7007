using System.Diagnostics;
using System.Numerics;
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
