using System.Numerics.Tensors;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Adds.</summary>
internal readonly struct SumFold : IFold
{
    /// <inheritdoc/>
    static T IFold.Of<T>(ReadOnlySpan<T> x) => PairwiseSum.Of(x);

    /// <inheritdoc/>
    static T IFold.Of<T>(T x, T y) => x + y;

    /// <inheritdoc/>
    static void IFold.Of<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> result) => TensorPrimitives.Add(x, y, result);
}
