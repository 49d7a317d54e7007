using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The sum of a span, or of the squares of its elements, in an order that depends on its length alone.</summary>
/// <remarks>
/// Blocks of 64 vectors are added up lane by lane in four chains, and blocks pairwise: an element passes through at most <c>16 + 2 + log₂(lanes) +
/// ⌈log₂(blocks)⌉</c> additions, so the error is at most that many ε times the sum of the magnitudes (Higham 2002, Accuracy and Stability of Numerical
/// Algorithms, 2nd ed., section 4.2). The sum of <c>TensorPrimitives</c> has an order that follows the address of the span.
/// </remarks>
internal static class PairwiseSum
{
    private const int VectorsPerBlock = 64;
    private const int Chains = 4;

    /// <summary>The sum; 0 for an empty span.</summary>
    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumberBase<T> => Of<T, Elements<T>>(new Elements<T>(x), x.Length);

    /// <summary>The sum of each row, with the bits that it has by itself.</summary>
    /// <param name="rows">The rows, one after the other.</param>
    /// <param name="columns">The length of a row.</param>
    /// <param name="sums">The sums, as many as there are rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfRows<T>(ReadOnlySpan<T> rows, int columns, Span<T> sums)
        where T : unmanaged, INumberBase<T>
    {
        var elements = new Elements<T>(rows[..(sums.Length * columns)]);
        if (columns > VectorsPerBlock * Vector512<T>.Count)
        {
            for (int row = 0; row < sums.Length; row++)
            {
                sums[row] = Part<T, Elements<T>>(elements, row * columns, columns);
            }

            return;
        }

        // short rows, of which each would take a call
        for (int row = 0, start = 0; row < sums.Length; row++, start += columns)
        {
            sums[row] = Added<T, Elements<T>>(elements, start, start + columns);
        }
    }

    /// <summary>The sum of the squares of the elements, each multiplied by a number first.</summary>
    public static T OfSquares<T>(ReadOnlySpan<T> x, T scale)
        where T : unmanaged, INumberBase<T> => Of<T, ScaledSquares<T>>(new ScaledSquares<T>(x, scale), x.Length);

    /// <summary>The sum of so many terms, with the bits of the sum of a span that holds them.</summary>
    public static T Of<T, TTerms>(scoped in TTerms terms, int count)
        where T : unmanaged, INumberBase<T>
        where TTerms : struct, ITerms<T>, allows ref struct => Part<T, TTerms>(terms, 0, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Part<T, TTerms>(scoped in TTerms terms, int start, int count)
        where T : unmanaged, INumberBase<T>
        where TTerms : struct, ITerms<T>, allows ref struct
    {
        int block = VectorsPerBlock * Vector512<T>.Count;
        if (count <= block)
        {
            return Block<T, TTerms>(terms, start, start + count);
        }

        int blocks = (count + block - 1) / block;
        int half = blocks / 2 * block;
        return Part<T, TTerms>(terms, start, half) + Part<T, TTerms>(terms, start + half, count - half);
    }

    // in variables of its own, which stay in registers
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Block<T, TTerms>(scoped in TTerms given, int start, int end)
        where T : unmanaged, INumberBase<T>
        where TTerms : struct, ITerms<T>, allows ref struct => Added<T, TTerms>(given, start, end);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Added<T, TTerms>(TTerms terms, int start, int end)
        where T : unmanaged, INumberBase<T>
        where TTerms : struct, ITerms<T>, allows ref struct
    {
        int lanes = Vector512<T>.Count, i = start;
        T sum = T.Zero;
        if (end - start >= lanes)
        {
            Vector512<T> a = Vector512<T>.Zero, b = a, c = a, d = a;
            for (; i + (Chains * lanes) <= end; i += Chains * lanes)
            {
                a += terms.Vector((nuint)i);
                b += terms.Vector((nuint)(i + lanes));
                c += terms.Vector((nuint)(i + (2 * lanes)));
                d += terms.Vector((nuint)(i + (3 * lanes)));
            }

            for (; i + lanes <= end; i += lanes)
            {
                a += terms.Vector((nuint)i);
            }

            sum = Vector512.Sum((a + b) + (c + d));
        }

        // fewer than a vector: at most lanes − 1 more
        T rest = T.Zero;
        for (; i < end; i++)
        {
            rest += terms.Number((nuint)i);
        }

        return sum + rest;
    }

    private readonly ref struct Elements<T>(ReadOnlySpan<T> x) : ITerms<T>
        where T : unmanaged, INumberBase<T>
    {
        private readonly ref T _x = ref MemoryMarshal.GetReference(x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Vector(nuint i) => Vector512.LoadUnsafe(ref _x, i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Number(nuint i) => Unsafe.Add(ref _x, i);
    }

    private readonly ref struct ScaledSquares<T>(ReadOnlySpan<T> x, T scale) : ITerms<T>
        where T : unmanaged, INumberBase<T>
    {
        private readonly ref T _x = ref MemoryMarshal.GetReference(x);
        private readonly T _scale = scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Vector(nuint i)
        {
            Vector512<T> scaled = Vector512.LoadUnsafe(ref _x, i) * Vector512.Create(_scale);
            return scaled * scaled;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Number(nuint i)
        {
            T scaled = Unsafe.Add(ref _x, i) * _scale;
            return scaled * scaled;
        }
    }
}

/// <summary>What is added up, by the place of each.</summary>
internal interface ITerms<T>
    where T : unmanaged, INumberBase<T>
{
    /// <summary>The term at a place and those that follow, as many as a vector has.</summary>
    Vector512<T> Vector(nuint i);

    /// <summary>The term at a place.</summary>
    T Number(nuint i);
}
