using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Adds.</summary>
internal readonly struct SumFold : IFold
{
    /// <inheritdoc/>
    static T IFold.Of<T>(ReadOnlySpan<T> x) => PairwiseSum.Of(x);

    /// <inheritdoc/>
    static T IFold.Of<T>(T x, T y) => x + y;

    /// <inheritdoc/>
    static Vector512<T> IFold.Of<T>(Vector512<T> x, Vector512<T> y) => x + y;

    /// <inheritdoc/>
    static void IFold.Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Add(x, y, result);
}
