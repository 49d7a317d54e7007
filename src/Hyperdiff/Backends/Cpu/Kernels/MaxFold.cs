using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Takes the greatest; NaN if one is.</summary>
internal readonly struct MaxFold : IFold
{
    /// <inheritdoc/>
    static T IFold.Of<T>(ReadOnlySpan<T> x) => TensorPrimitives.Max(x);

    /// <inheritdoc/>
    static T IFold.Of<T>(T x, T y) => T.Max(x, y);

    /// <inheritdoc/>
    static Vector512<T> IFold.Of<T>(Vector512<T> x, Vector512<T> y) => Vector512.Max(x, y);

    /// <inheritdoc/>
    static void IFold.Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Max(x, y, result);
}
