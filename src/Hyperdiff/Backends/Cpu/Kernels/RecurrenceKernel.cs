using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary><c>zᵢ = aᵢ zᵢ₋₁ + bᵢ</c> along an axis, carried in double precision, with the bits of the definition: lines go together, as lanes, so that no
/// addition waits for the one before.</summary>
/// <param name="recurrence">The recurrence.</param>
/// <param name="isSum">Whether every factor is 1, and left out of the operands.</param>
internal sealed class RecurrenceKernel<T>(LinearRecurrence recurrence, bool isSum) : OperationKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int LinesAtOnce = RecurrenceLines<T, Yes, No>.Lines;

    // so many carried numbers stay in L1 with what they meet
    private const int MostCarried = 512;

    // about ten microseconds
    private const int ElementsPerPart = 1 << 14;

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        Shape shape = result.Type.Shape;
        int size = shape[recurrence.Axis], stride = shape.Strides()[recurrence.Axis], blocks = result.Count / (size * stride);
        var arrays = new Arrays(isSum ? result : operands[0], operands[^1], result);
        if (stride == 1)
        {
            if (isSum)
            {
                RunLines<Yes>(size, arrays, pool);
            }
            else
            {
                RunLines<No>(size, arrays, pool);
            }
        }
        else
        {
            int cuts = (stride + MostCarried - 1) / MostCarried;
            pool.Run(blocks * cuts, new ColumnWork(this, cuts, new Layout(size, stride, MostCarried), arrays));
        }
    }

    private void RunLines<TSum>(int size, Arrays arrays, WorkerPool pool)
        where TSum : struct, IFlag
    {
        var split = EvenSplit.ByLimit(((arrays.Result.Count / size) + LinesAtOnce - 1) / LinesAtOnce, Math.Max(1, ElementsPerPart / (size * LinesAtOnce)));
        if (recurrence.Reverse)
        {
            pool.Run(split.Parts, new LineWork<TSum, Yes>(split, size, arrays));
        }
        else
        {
            pool.Run(split.Parts, new LineWork<TSum, No>(split, size, arrays));
        }
    }

    // neighbors across the axis, row by row
    private void RunColumns(Span<T> a, Span<T> b, Span<T> z, Layout layout)
    {
        (int size, int stride, int width) = layout;
        Span<double> carried = stackalloc double[MostCarried];
        carried = carried[..width];
        for (int i = 0; i < size; i++)
        {
            int row = (recurrence.Reverse ? size - 1 - i : i) * stride;
            ReadOnlySpan<T> added = b.Slice(row, width), factors = isSum ? added : a.Slice(row, width);
            Span<T> target = z.Slice(row, width);
            for (int column = 0; column < carried.Length; column++)
            {
                double term = RecurrenceLines<T, Yes, No>.Wide(added[column]);
                double value = i == 0 ? term : isSum ? carried[column] + term : (RecurrenceLines<T, Yes, No>.Wide(factors[column]) * carried[column]) + term;
                carried[column] = value;
                target[column] = RecurrenceLines<T, Yes, No>.Narrow(value);
            }
        }
    }

    private readonly struct LineWork<TSum, TReverse>(EvenSplit split, int size, Arrays arrays) : ITileWork
        where TSum : struct, IFlag
        where TReverse : struct, IFlag
    {
        public void Execute(int tile)
        {
            Span<T> target = arrays.Result.AsSpan<T>();
            ref T a = ref MemoryMarshal.GetReference(arrays.Factors.AsSpan<T>()), b = ref MemoryMarshal.GetReference(arrays.Terms.AsSpan<T>());
            ref T z = ref MemoryMarshal.GetReference(target);
            int line = split.Start(tile) * LinesAtOnce, end = Math.Min(split.Start(tile + 1) * LinesAtOnce, target.Length / size);
            for (; Avx.IsSupported && line + LinesAtOnce <= end; line += LinesAtOnce)
            {
                int start = line * size;
                RecurrenceLines<T, TSum, TReverse>.Run(ref Unsafe.Add(ref a, start), ref Unsafe.Add(ref b, start), ref Unsafe.Add(ref z, start), size);
            }

            for (; line < end; line++)
            {
                double value = 0;
                for (int i = 0; i < size; i++)
                {
                    int at = (line * size) + (TReverse.Value ? size - 1 - i : i);
                    value = RecurrenceLines<T, TSum, TReverse>.Next(ref a, ref b, ref z, at, value, i == 0);
                }
            }
        }
    }

    private readonly struct ColumnWork(RecurrenceKernel<T> kernel, int cuts, Layout layout, Arrays arrays) : ITileWork
    {
        public void Execute(int tile)
        {
            int first = tile % cuts * layout.Width, start = (tile / cuts * layout.Size * layout.Stride) + first;
            kernel.RunColumns(
                arrays.Factors.AsSpan<T>()[start..], arrays.Terms.AsSpan<T>()[start..], arrays.Result.AsSpan<T>()[start..],
                layout with { Width = Math.Min(layout.Width, layout.Stride - first) });
        }
    }

    // a, b and z
    private readonly record struct Arrays(HostArray Factors, HostArray Terms, HostArray Result);

    // the size of a line, the distance of its elements, and how many lines go side by side
    private readonly record struct Layout(int Size, int Stride, int Width);
}
