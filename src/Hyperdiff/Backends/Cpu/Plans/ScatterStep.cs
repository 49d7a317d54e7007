using Hyperdiff.Backends.Cpu.Kernels;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Writes a value among zeros in another order: padding, or windows that overlap.</summary>
/// <param name="order">The order.</param>
/// <param name="source">The slot that is read.</param>
/// <param name="result">The slot that is written.</param>
/// <param name="pool">The threads that share large work.</param>
internal sealed class ScatterStep<T, TWrite>(ScatterOrder order, int source, int result, WorkerPool pool) : Step
    where T : unmanaged
    where TWrite : IElementWrite<T>
{
    /// <inheritdoc/>
    public override void Run(Frame frame)
    {
        frame.Values[result].AsSpan<T>().Clear();
        pool.Run(order.Parts.Parts, new Work(order, frame.Values[source], frame.Values[result]));
    }

    private readonly struct Work(ScatterOrder order, HostArray source, HostArray result) : ITileWork
    {
        /// <inheritdoc/>
        public void Execute(int tile) => order.Scatter<T, TWrite>(source.AsSpan<T>(), result.AsSpan<T>(), tile);
    }
}
