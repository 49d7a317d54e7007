using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Tensors one after the other along an axis; threads share the lines of a large result, or parts of a few long ones.</summary>
internal sealed class ConcatKernel<T>(Concat concat) : OperationKernel
    where T : unmanaged
{
    // lines of fewer elements are written element by element: a call that copies costs as much
    private const int FewElements = 16;

    // the shortest that are copied by vectors, a cache line as well; a call for each line takes as long as copying ten
    private const int LineBytes = AlignedArray.Alignment;

    // longer lines are written one after the other, as the result lies: the memory of a few lines at once is fetched ahead less well
    private const int ManyBytes = 1024;

    // so much of the result stays in cache while one operand after the other is written to it
    private const int ElementsPerBlock = 1 << 11;

    // about ten microseconds
    private const int ElementsPerPart = 1 << 15;

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

        int line = result.Count / lines;
        if (result.Count <= ElementsPerPart)
        {
            Lines(operands, result, lines, (0, lines));
        }
        else if (line <= ElementsPerPart)
        {
            var split = EvenSplit.ByLimit(lines, ElementsPerPart / line);
            pool.Run(split.Parts, new LineWork(operands.ToArray(), result, split));
        }
        else
        {
            var split = EvenSplit.ByLimit(line, ElementsPerPart);
            pool.Run(lines * split.Parts, new PieceWork(operands.ToArray(), result, lines, split));
        }
    }

    // whole lines
    internal static void Lines(ReadOnlySpan<HostArray> operands, HostArray result, int lines, (int Start, int End) part)
    {
        int line = result.Count / lines, block = line / operands.Length * Unsafe.SizeOf<T>() >= ManyBytes ? 1 : Math.Max(1, ElementsPerBlock / line);
        for (int first = part.Start; first < part.End; first += block)
        {
            int count = Math.Min(block, part.End - first), next = first * line;
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
        if (length >= FewElements && length * (long)Unsafe.SizeOf<T>() is >= LineBytes and <= ManyBytes)
        {
            CopyVectors(source, length, target, step);
            return;
        }

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

    // of a vector or more; the last holds elements of the one before, too
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyVectors(ReadOnlySpan<T> source, int length, Span<T> target, int step)
    {
        // the last element of either says that all others are inside
        int lines = source.Length / length;
        _ = target[((lines - 1) * step) + length - 1];
        ref byte from = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(source)), to = ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(target));
        nint read = (nint)length * Unsafe.SizeOf<T>(), written = (nint)step * Unsafe.SizeOf<T>(), last = read - LineBytes;
        for (int line = 0; line < lines; line++)
        {
            for (nint i = 0; i < last; i += LineBytes)
            {
                Vector512.LoadUnsafe(ref from, (nuint)i).StoreUnsafe(ref to, (nuint)i);
            }

            Vector512.LoadUnsafe(ref from, (nuint)last).StoreUnsafe(ref to, (nuint)last);
            from = ref Unsafe.Add(ref from, read);
            to = ref Unsafe.Add(ref to, written);
        }
    }

    private readonly struct LineWork(HostArray[] operands, HostArray result, EvenSplit lines) : ITileWork
    {
        public void Execute(int tile) => Lines(operands, result, lines.Length, (lines.Start(tile), lines.Start(tile + 1)));
    }

    // a part of a line
    private readonly struct PieceWork(HostArray[] operands, HostArray result, int lines, EvenSplit line) : ITileWork
    {
        public void Execute(int tile)
        {
            int number = tile / line.Parts, start = line.Start(tile % line.Parts), end = line.Start((tile % line.Parts) + 1), place = 0;
            foreach (HostArray operand in operands)
            {
                int length = operand.Count / lines, first = Math.Max(start, place), last = Math.Min(end, place + length);
                if (first < last)
                {
                    operand.AsSpan<T>().Slice((number * length) + first - place, last - first)
                        .CopyTo(result.AsSpan<T>().Slice((number * line.Length) + first, last - first));
                }

                place += length;
            }
        }
    }
}
