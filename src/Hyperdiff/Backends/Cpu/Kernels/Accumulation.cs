using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The new element is added to the old one.</summary>
internal readonly struct Accumulation<T> : IElementWrite<T>
    where T : IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>
{
    /// <inheritdoc/>
    public static void Write(ref T target, T value) => target += value;

    /// <inheritdoc/>
    public static void Write(Span<T> targets, ReadOnlySpan<T> values) => TensorPrimitives.Add(targets, values, targets);
}
