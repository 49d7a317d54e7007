using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary><c>zᵢ = aᵢ zᵢ₋₁ + bᵢ</c> along an axis, carried in double precision, with the bits of the definition: lines that lie side by side go
/// together, so that no addition waits for the one before.</summary>
/// <param name="recurrence">The recurrence.</param>
/// <param name="isSum">Whether every factor is 1, and left out of the operands.</param>
internal sealed class RecurrenceKernel<T>(LinearRecurrence recurrence, bool isSum) : OperationKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    // so many chains hide the latency of a product and a sum
    private const int Lines = 8;

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
            var split = EvenSplit.ByLimit((blocks + Lines - 1) / Lines, Math.Max(1, ElementsPerPart / (size * Lines)));
            pool.Run(split.Parts, new LineWork(this, split, size, arrays));
        }
        else
        {
            int cuts = (stride + MostCarried - 1) / MostCarried;
            pool.Run(blocks * cuts, new ColumnWork(this, cuts, new Layout(size, stride, MostCarried), arrays));
        }
    }

    // eight lines one after the other in memory
    private void RunGroup(Span<T> a, Span<T> b, Span<T> z, int size)
    {
        ref T factors = ref MemoryMarshal.GetReference(a), added = ref MemoryMarshal.GetReference(b), target = ref MemoryMarshal.GetReference(z);
        double z0 = 0, z1 = 0, z2 = 0, z3 = 0, z4 = 0, z5 = 0, z6 = 0, z7 = 0;
        for (int i = 0; i < size; i++)
        {
            int at = recurrence.Reverse ? size - 1 - i : i;
            z0 = Next(ref factors, ref added, ref target, at, z0, i == 0);
            z1 = Next(ref factors, ref added, ref target, at + size, z1, i == 0);
            z2 = Next(ref factors, ref added, ref target, at + (2 * size), z2, i == 0);
            z3 = Next(ref factors, ref added, ref target, at + (3 * size), z3, i == 0);
            z4 = Next(ref factors, ref added, ref target, at + (4 * size), z4, i == 0);
            z5 = Next(ref factors, ref added, ref target, at + (5 * size), z5, i == 0);
            z6 = Next(ref factors, ref added, ref target, at + (6 * size), z6, i == 0);
            z7 = Next(ref factors, ref added, ref target, at + (7 * size), z7, i == 0);
        }
    }

    private void RunLine(Span<T> a, Span<T> b, Span<T> z)
    {
        ref T factors = ref MemoryMarshal.GetReference(a), added = ref MemoryMarshal.GetReference(b), target = ref MemoryMarshal.GetReference(z);
        double value = 0;
        for (int i = 0; i < z.Length; i++)
        {
            value = Next(ref factors, ref added, ref target, recurrence.Reverse ? z.Length - 1 - i : i, value, i == 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Next(ref T factors, ref T added, ref T target, int place, double value, bool isFirst)
    {
        double term = Wide(Unsafe.Add(ref added, place));
        value = isFirst ? term : isSum ? value + term : (Wide(Unsafe.Add(ref factors, place)) * value) + term;
        Unsafe.Add(ref target, place) = Narrow(value);
        return value;
    }

    // conversions between numbers of any type are no single instruction in generic code
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Wide(T number) => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(number) : Unsafe.BitCast<T, double>(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Narrow(double number) => typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>((float)number) : Unsafe.BitCast<double, T>(number);

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
                double term = Wide(added[column]);
                double value = i == 0 ? term : isSum ? carried[column] + term : (Wide(factors[column]) * carried[column]) + term;
                carried[column] = value;
                target[column] = Narrow(value);
            }
        }
    }

    private readonly struct LineWork(RecurrenceKernel<T> kernel, EvenSplit split, int size, Arrays arrays) : ITileWork
    {
        public void Execute(int tile)
        {
            Span<T> factors = arrays.Factors.AsSpan<T>(), added = arrays.Terms.AsSpan<T>(), target = arrays.Result.AsSpan<T>();
            for (int group = split.Start(tile); group < split.Start(tile + 1); group++)
            {
                int start = group * Lines * size, length = Lines * size;
                if (start + length <= target.Length)
                {
                    kernel.RunGroup(factors.Slice(start, length), added.Slice(start, length), target.Slice(start, length), size);
                    continue;
                }

                for (; start < target.Length; start += size)
                {
                    kernel.RunLine(factors.Slice(start, size), added.Slice(start, size), target.Slice(start, size));
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
