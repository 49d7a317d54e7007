using Hyperdiff.Backends.Cpu.Kernels;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Writes a value in another order: a permutation of axes, or a stretch that no consumer can read through.</summary>
/// <param name="order">The order.</param>
/// <param name="source">The slot that is read.</param>
/// <param name="result">The slot that is written.</param>
internal sealed class GatherStep<T>(GatherOrder order, int source, int result) : Step
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(Frame frame) => order.Gather<T>(frame.Values[source].AsSpan<T>(), frame.Values[result].AsSpan<T>());
}
