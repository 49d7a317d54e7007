namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>What becomes of an element that another one is written to.</summary>
internal interface IElementWrite<T>
{
    /// <summary>Writes one.</summary>
    static abstract void Write(ref T target, T value);

    /// <summary>Writes a run of as many.</summary>
    static abstract void Write(Span<T> targets, ReadOnlySpan<T> values);
}
