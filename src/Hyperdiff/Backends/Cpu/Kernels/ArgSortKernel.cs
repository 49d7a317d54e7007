using System.Buffers;
using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The order of elements along an axis: as whole numbers that are in the same order, equal ones in order of their places; long lines digit by
/// digit.</summary>
internal sealed class ArgSortKernel<T, TKey>(ArgSort sort) : OperationKernel
    where T : unmanaged, INumber<T>
    where TKey : unmanaged, IBinaryInteger<TKey>, IUnsignedNumber<TKey>
{
    // from here on going through all digits is faster than comparing
    private const int LeastByDigits = 2048;
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;

    private readonly int _passes = ((TKey.Zero.GetByteCount() * 8) + DigitBits - 1) / DigitBits;

    /// <inheritdoc/>
    public override void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool)
    {
        Shape shape = result.Type.Shape;
        (int size, int stride) = (shape[sort.Axis], shape.Strides()[sort.Axis]);
        pool.Run(result.Count / size, new Lines(this, (size, stride), operands[0], result));
    }

    private void Sort(ReadOnlySpan<T> x, Span<int> order, int stride, int size)
    {
        TKey[] keys = ArrayPool<TKey>.Shared.Rent(2 * size);
        int[] places = ArrayPool<int>.Shared.Rent(2 * size);
        for (int i = 0; i < size; i++)
        {
            (keys[i], places[i]) = (Key(x[i * stride]), i);
        }

        ReadOnlySpan<int> sorted = size < LeastByDigits ? ByComparison(keys.AsSpan(0, size), places.AsSpan(0, size)) : ByDigits(keys, places, size);
        for (int i = 0; i < size; i++)
        {
            order[i * stride] = sorted[i];
        }

        ArrayPool<TKey>.Shared.Return(keys);
        ArrayPool<int>.Shared.Return(places);
    }

    // not stable by itself: equal keys side by side get their places in order
    private static Span<int> ByComparison(Span<TKey> keys, Span<int> places)
    {
        keys.Sort(places);
        for (int start = 0, end; start < keys.Length; start = end)
        {
            for (end = start + 1; end < keys.Length && keys[end] == keys[start]; end++)
            {
            }

            if (end - start > 1)
            {
                places[start..end].Sort();
            }
        }

        return places;
    }

    // from the lowest digit up, each time keeping the order of those before; a digit that is the same for all is passed over
    private Span<int> ByDigits(TKey[] keys, int[] places, int size)
    {
        int[] counts = new int[_passes * Digits];
        for (int i = 0; i < size; i++)
        {
            for (int pass = 0; pass < _passes; pass++)
            {
                counts[(pass * Digits) + Digit(keys[i], pass)]++;
            }
        }

        (int from, int to) = (0, size);
        for (int pass = 0; pass < _passes; pass++)
        {
            Span<int> next = counts.AsSpan(pass * Digits, Digits);
            if (next[Digit(keys[from], pass)] == size)
            {
                continue;
            }

            int before = 0;
            for (int digit = 0; digit < Digits; digit++)
            {
                (next[digit], before) = (before, before + next[digit]);
            }

            for (int i = from; i < from + size; i++)
            {
                int target = to + next[Digit(keys[i], pass)]++;
                (keys[target], places[target]) = (keys[i], places[i]);
            }

            (from, to) = (to, from);
        }

        return places.AsSpan(from, size);
    }

    private static int Digit(TKey key, int pass) => int.CreateTruncating(key >> (pass * DigitBits)) & (Digits - 1);

    // −0 is 0; negative numbers have all bits turned, the others the first; NaN is above all, whichever way
    private TKey Key(T x)
    {
        if (T.IsNaN(x))
        {
            return TKey.AllBitsSet;
        }

        TKey first = TKey.RotateRight(TKey.One, 1), bits = Bits(x == T.Zero ? T.Zero : x);
        TKey ascending = typeof(T) == typeof(int) || (bits & first) == TKey.Zero ? bits ^ first : ~bits;
        return sort.Descending ? ~ascending : ascending;
    }

    private static TKey Bits(T x) => System.Runtime.CompilerServices.Unsafe.BitCast<T, TKey>(x);

    private readonly struct Lines(ArgSortKernel<T, TKey> kernel, (int Size, int Stride) line, HostArray x, HostArray order) : ITileWork
    {
        public void Execute(int tile)
        {
            (int size, int stride) = line;
            int start = (tile / stride * size * stride) + (tile % stride);
            kernel.Sort(x.AsSpan<T>()[start..], order.AsSpan<int>()[start..], stride, size);
        }
    }
}
