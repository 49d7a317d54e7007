using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Writes a value in another order: a permutation of axes, windows, or a stretch that no consumer can read through.</summary>
/// <param name="order">The order.</param>
/// <param name="source">The slot that is read.</param>
/// <param name="result">The slot that is written.</param>
/// <param name="pool">The threads that share large work.</param>
internal sealed class GatherStep<T>(GatherOrder order, int source, int result, WorkerPool pool) : Step
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(Frame frame) => pool.Run(order.Parts.Parts, new Work(order, frame.Values[source], frame.Values[result]));

    private readonly struct Work(GatherOrder order, HostArray source, HostArray result) : ITileWork
    {
        /// <inheritdoc/>
        public void Execute(int tile) => order.Gather<T>(source.AsSpan<T>(), result.AsSpan<T>(), tile);
    }
}
