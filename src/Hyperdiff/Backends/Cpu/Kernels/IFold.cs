using System.Numerics;

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

    /// <summary>Folds two spans, element by element; the result may be either.</summary>
    static abstract void Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
