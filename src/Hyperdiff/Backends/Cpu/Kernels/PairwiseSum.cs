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

    /// <summary>What is added up of the lanes of a vector.</summary>
    private interface ITerm
    {
        static abstract Vector512<T> Of<T>(Vector512<T> x, Vector512<T> scale)
            where T : unmanaged, INumberBase<T>;

        static abstract T Of<T>(T x, T scale)
            where T : unmanaged, INumberBase<T>;
    }

    /// <summary>The sum; 0 for an empty span.</summary>
    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumberBase<T> => Of<T, Element>(x, T.One);

    /// <summary>The sum of the squares of the elements, each multiplied by a number first.</summary>
    public static T OfSquares<T>(ReadOnlySpan<T> x, T scale)
        where T : unmanaged, INumberBase<T> => Of<T, ScaledSquare>(x, scale);

    private static T Of<T, TTerm>(ReadOnlySpan<T> x, T scale)
        where T : unmanaged, INumberBase<T>
        where TTerm : struct, ITerm
    {
        int block = VectorsPerBlock * Vector512<T>.Count;
        if (x.Length <= block)
        {
            return Block<T, TTerm>(x, scale);
        }

        int blocks = (x.Length + block - 1) / block;
        int half = blocks / 2 * block;
        return Of<T, TTerm>(x[..half], scale) + Of<T, TTerm>(x[half..], scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Block<T, TTerm>(ReadOnlySpan<T> x, T scale)
        where T : unmanaged, INumberBase<T>
        where TTerm : struct, ITerm
    {
        int lanes = Vector512<T>.Count, i = 0;
        ref T start = ref MemoryMarshal.GetReference(x);
        T sum = T.Zero;
        if (x.Length >= lanes)
        {
            Vector512<T> a = Vector512<T>.Zero, b = a, c = a, d = a, scales = Vector512.Create(scale);
            for (; i + (Chains * lanes) <= x.Length; i += Chains * lanes)
            {
                a += TTerm.Of(Vector512.LoadUnsafe(ref start, (nuint)i), scales);
                b += TTerm.Of(Vector512.LoadUnsafe(ref start, (nuint)(i + lanes)), scales);
                c += TTerm.Of(Vector512.LoadUnsafe(ref start, (nuint)(i + (2 * lanes))), scales);
                d += TTerm.Of(Vector512.LoadUnsafe(ref start, (nuint)(i + (3 * lanes))), scales);
            }

            for (; i + lanes <= x.Length; i += lanes)
            {
                a += TTerm.Of(Vector512.LoadUnsafe(ref start, (nuint)i), scales);
            }

            sum = Vector512.Sum((a + b) + (c + d));
        }

        // fewer than a vector: at most lanes − 1 more
        T rest = T.Zero;
        for (; i < x.Length; i++)
        {
            rest += TTerm.Of(x[i], scale);
        }

        return sum + rest;
    }

    private readonly struct Element : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<T> ITerm.Of<T>(Vector512<T> x, Vector512<T> scale) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T ITerm.Of<T>(T x, T scale) => x;
    }

    private readonly struct ScaledSquare : ITerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<T> ITerm.Of<T>(Vector512<T> x, Vector512<T> scale) => x * scale * (x * scale);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static T ITerm.Of<T>(T x, T scale) => x * scale * (x * scale);
    }
}
