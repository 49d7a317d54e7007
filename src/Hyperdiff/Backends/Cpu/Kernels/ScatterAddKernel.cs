using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Slices added into zeros along an axis, in the order in which they come; threads share the elements of long slices.</summary>
internal sealed class ScatterAddKernel<T>(ScatterAdd scatter) : OperationKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // a part of a slice is some cache lines, and all of its parts about ten microseconds
    private const int LeastPart = 64;
    private const int MostParts = 8;
    private const int LeastShared = 1 << 15;

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        var indexing = new Indexing(scatter.Name, result.Type.Shape, operands[1].Type.Shape, (scatter.Axis, scatter.Batch));
        int size = indexing.BlockSize, limit = operands[0].Count < LeastShared ? size : Math.Max(LeastPart, (size + MostParts - 1) / MostParts);
        var split = EvenSplit.ByLimit(size, Math.Max(1, limit));
        result.AsSpan<T>().Clear();
        pool.Run(split.Parts, new Work(indexing, operands[0], operands[1], result, split));
    }

    // the same elements of every slice
    private readonly struct Work(Indexing indexing, HostArray slices, HostArray indices, HostArray result, EvenSplit split) : ITileWork
    {
        public void Execute(int tile)
        {
            ReadOnlySpan<T> part = slices.AsSpan<T>();
            Span<T> whole = result.AsSpan<T>();
            (int start, int count) = (split.Start(tile), split.Size(tile));
            foreach ((int to, int from) in indexing.Blocks(indices.AsSpan<int>()))
            {
                if (count == 1)
                {
                    whole[to + start] += part[from + start];
                }
                else
                {
                    Span<T> target = whole.Slice(to + start, count);
                    TensorPrimitives.Add(target, part.Slice(from + start, count), target);
                }
            }
        }
    }
}
