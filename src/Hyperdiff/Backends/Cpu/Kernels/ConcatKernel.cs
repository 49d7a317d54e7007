using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Tensors one after the other along an axis.</summary>
internal sealed class ConcatKernel<T>(Concat concat) : OperationKernel
    where T : unmanaged
{
    // lines of fewer elements are written element by element: a call that copies costs as much
    private const int FewElements = 16;

    private const int ElementsPerPart = 1 << 15;

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        if (result.Count == 0)
        {
            return;
        }

        int outer = 1;
        for (int axis = 0; axis < concat.Axis; axis++)
        {
            outer *= result.Type.Shape[axis];
        }

        int line = result.Count / outer, next = 0;
        foreach (HostArray operand in operands)
        {
            int length = operand.Count / outer;
            if (length > 0)
            {
                var lines = new Lines(operand, result, (outer, length), (next, line));
                pool.Run(lines.Parts.Parts, lines);
                next += length;
            }
        }
    }

    private readonly struct Lines(HostArray operand, HostArray result, (int Count, int Length) part, (int Start, int Step) place) : ITileWork
    {
        public EvenSplit Parts { get; } = EvenSplit.ByLimit(part.Count, Math.Max(1, ElementsPerPart / part.Length));

        public void Execute(int tile)
        {
            (int first, int end, int length) = (Parts.Start(tile), Parts.Start(tile + 1), part.Length);
            ReadOnlySpan<T> source = operand.AsSpan<T>()[(first * length)..(end * length)];
            Span<T> target = result.AsSpan<T>()[(place.Start + (first * place.Step))..];
            if (length >= FewElements)
            {
                for (; source.Length > length; source = source[length..], target = target[place.Step..])
                {
                    source[..length].CopyTo(target);
                }

                source.CopyTo(target);
                return;
            }

            for (int i = 0, from = 0, to = 0; from < source.Length; i++, from += length, to = i * place.Step)
            {
                for (int j = 0; j < length; j++)
                {
                    target[to + j] = source[from + j];
                }
            }
        }
    }
}
