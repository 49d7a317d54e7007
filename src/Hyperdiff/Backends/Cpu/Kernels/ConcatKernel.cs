using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Tensors one after the other along an axis.</summary>
internal sealed class ConcatKernel<T>(Concat concat) : OperationKernel
    where T : unmanaged
{
    // lines of fewer elements are written element by element: a call that copies costs as much
    private const int FewElements = 16;

    // so much of the result stays in cache while one operand after the other is written to it
    private const int ElementsPerBlock = 1 << 11;

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        if (result.Count == 0)
        {
            return;
        }

        int lines = 1;
        for (int axis = 0; axis < concat.Axis; axis++)
        {
            lines *= result.Type.Shape[axis];
        }

        int line = result.Count / lines, block = Math.Max(1, ElementsPerBlock / line);
        for (int first = 0; first < lines; first += block)
        {
            int count = Math.Min(block, lines - first), next = first * line;
            foreach (HostArray operand in operands)
            {
                int length = operand.Count / lines;
                if (length > 0)
                {
                    Copy(operand.AsSpan<T>().Slice(first * length, count * length), length, result.AsSpan<T>()[next..], line);
                    next += length;
                }
            }
        }
    }

    // lines without gaps to places a step apart
    private static void Copy(ReadOnlySpan<T> source, int length, Span<T> target, int step)
    {
        if (length >= FewElements)
        {
            for (int from = 0, to = 0; from < source.Length; from += length, to += step)
            {
                source.Slice(from, length).CopyTo(target[to..]);
            }

            return;
        }

        for (int from = 0, to = 0; from < source.Length; from += length, to += step)
        {
            for (int j = 0; j < length; j++)
            {
                target[to + j] = source[from + j];
            }
        }
    }
}
