using System.Numerics;
using System.Numerics.Tensors;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Slices added into zeros along an axis, in the order in which they come.</summary>
internal sealed class ScatterAddKernel<T>(ScatterAdd scatter) : OperationKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        var indexing = new Indexing(scatter.Name, result.Type.Shape, operands[1].Type.Shape, (scatter.Axis, scatter.Batch));
        ReadOnlySpan<T> part = operands[0].AsSpan<T>();
        Span<T> whole = result.AsSpan<T>();
        whole.Clear();
        int size = indexing.BlockSize;
        foreach ((int to, int from) in indexing.Blocks(operands[1].AsSpan<int>()))
        {
            if (size == 1)
            {
                whole[to] += part[from];
            }
            else
            {
                Span<T> target = whole.Slice(to, size);
                TensorPrimitives.Add(target, part.Slice(from, size), target);
            }
        }
    }
}
