using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Takes the smallest; NaN if one is.</summary>
internal readonly struct MinFold : IFold
{
    /// <inheritdoc/>
    static T IFold.Of<T>(ReadOnlySpan<T> x) => TensorPrimitives.Min(x);

    /// <inheritdoc/>
    static T IFold.Of<T>(T x, T y) => T.Min(x, y);

    /// <inheritdoc/>
    static Vector512<T> IFold.Of<T>(Vector512<T> x, Vector512<T> y) => Vector512.Min(x, y);

    /// <inheritdoc/>
    static void IFold.Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Min(x, y, result);
}
