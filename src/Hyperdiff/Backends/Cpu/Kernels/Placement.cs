namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The new element takes the place of the old one.</summary>
internal readonly struct Placement<T> : IElementWrite<T>
{
    /// <inheritdoc/>
    public static void Write(ref T target, T value) => target = value;

    /// <inheritdoc/>
    public static void Write(Span<T> targets, ReadOnlySpan<T> values) => values.CopyTo(targets);
}
