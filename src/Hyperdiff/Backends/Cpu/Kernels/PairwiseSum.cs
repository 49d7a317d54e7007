using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The sum of a span in an order that depends on its length alone.</summary>
/// <remarks>
/// Blocks of 64 vectors are added up lane by lane in four chains, and blocks pairwise: an element passes through at most
/// <c>16 + 2 + log₂(lanes) + ⌈log₂(blocks)⌉</c> additions, so the error is at most that many ε times the sum of the magnitudes (Higham 2002, Accuracy and
/// Stability of Numerical Algorithms, 2nd ed., section 4.2). The sum of <c>TensorPrimitives</c> has an order that follows the address of the span.
/// </remarks>
internal static class PairwiseSum
{
    private const int VectorsPerBlock = 64;
    private const int Chains = 4;

    /// <summary>The sum; 0 for an empty span.</summary>
    public static T Of<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumberBase<T>
    {
        int block = VectorsPerBlock * Vector512<T>.Count;
        if (x.Length <= block)
        {
            return Block(x);
        }

        int blocks = (x.Length + block - 1) / block;
        int half = blocks / 2 * block;
        return Of(x[..half]) + Of(x[half..]);
    }

    private static T Block<T>(ReadOnlySpan<T> x)
        where T : unmanaged, INumberBase<T>
    {
        int lanes = Vector512<T>.Count, i = 0;
        ref T start = ref MemoryMarshal.GetReference(x);
        T sum = T.Zero;
        if (x.Length >= lanes)
        {
            Vector512<T> a = Vector512<T>.Zero, b = a, c = a, d = a;
            for (; i + (Chains * lanes) <= x.Length; i += Chains * lanes)
            {
                a += Vector512.LoadUnsafe(ref start, (nuint)i);
                b += Vector512.LoadUnsafe(ref start, (nuint)(i + lanes));
                c += Vector512.LoadUnsafe(ref start, (nuint)(i + (2 * lanes)));
                d += Vector512.LoadUnsafe(ref start, (nuint)(i + (3 * lanes)));
            }

            for (; i + lanes <= x.Length; i += lanes)
            {
                a += Vector512.LoadUnsafe(ref start, (nuint)i);
            }

            sum = Vector512.Sum((a + b) + (c + d));
        }

        // fewer than a vector: at most lanes − 1 more
        T rest = T.Zero;
        for (; i < x.Length; i++)
        {
            rest += x[i];
        }

        return sum + rest;
    }
}
