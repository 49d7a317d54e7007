using Hyperdiff.Backends.Cpu.Kernels;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Writes a value among zeros in another order: padding, or windows that overlap.</summary>
/// <param name="order">The order.</param>
/// <param name="source">The slot that is read.</param>
/// <param name="result">The slot that is written.</param>
internal sealed class ScatterStep<T, TWrite>(ScatterOrder order, int source, int result) : Step
    where T : unmanaged
    where TWrite : IElementWrite<T>
{
    /// <inheritdoc/>
    public override void Run(Frame frame) => order.Scatter<T, TWrite>(frame.Values[source].AsSpan<T>(), frame.Values[result].AsSpan<T>());
}
