using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Slices chosen along an axis.</summary>
internal sealed class TakeKernel<T>(Take take) : OperationKernel
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        var indexing = new Indexing(take.Name, operands[0].Type.Shape, operands[1].Type.Shape, (take.Axis, take.Batch));
        ReadOnlySpan<T> whole = operands[0].AsSpan<T>();
        Span<T> part = result.AsSpan<T>();
        int size = indexing.BlockSize;
        foreach ((int from, int to) in indexing.Blocks(operands[1].AsSpan<int>()))
        {
            if (size == 1)
            {
                part[to] = whole[from];
            }
            else
            {
                whole.Slice(from, size).CopyTo(part[to..]);
            }
        }
    }
}
