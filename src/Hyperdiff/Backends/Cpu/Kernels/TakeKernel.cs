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
        var work = new Work(new Indexing(take.Name, operands[0].Type.Shape, operands[1].Type.Shape, (take.Axis, take.Batch)), operands[0], operands[1], result);
        pool.Run(work.Parts, work);
    }

    // threads share the blocks
    private readonly struct Work(Indexing indexing, HostArray source, HostArray indices, HostArray result) : ITileWork
    {
        private readonly EvenSplit _parts = EvenSplit.ByLimit(indexing.BlockCount, Math.Max(1, StridedAxes.ElementsPerPart / Math.Max(1, indexing.BlockSize)));

        public int Parts => _parts.Parts;

        /// <inheritdoc/>
        public void Execute(int tile)
        {
            ReadOnlySpan<T> whole = source.AsSpan<T>();
            Span<T> part = result.AsSpan<T>();
            int size = indexing.BlockSize;
            foreach ((int from, int to) in indexing.Blocks(indices.AsSpan<int>(), (_parts.Start(tile), _parts.Start(tile + 1))))
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
}
