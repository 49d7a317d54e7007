using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>A choice by an interval, in one pass: <c>z = p where x &lt; low, q where x &gt; high, else y</c>, of operands x, y, and the numbers low, high, p,
/// q.</summary>
internal sealed class IntervalKernel<T> : TileKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override bool TakesScalar(int operand) => operand > 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> x = tile.Read<T>(instruction.Sources[0]), y = tile.Read<T>(instruction.Sources[1]);
        Span<T> z = tile.Write<T>(instruction.Target);
        T low = tile.ReadScalar<T>(instruction.Sources[2]), high = tile.ReadScalar<T>(instruction.Sources[3]);
        T below = tile.ReadScalar<T>(instruction.Sources[4]), above = tile.ReadScalar<T>(instruction.Sources[5]);
        ref T firstX = ref MemoryMarshal.GetReference(x), firstY = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(z);
        bool isClamp = Sse2.IsSupported && IsSame(below, low) && IsSame(above, high) && low <= high && instruction.Sources[0] == instruction.Sources[1];

        // after all calls: a vector that lives across one is read from the stack again in every turn
        Vector512<T> lows = Vector512.Create(low), highs = Vector512.Create(high), belows = Vector512.Create(below), aboves = Vector512.Create(above);
        int lanes = Vector512<T>.Count, i = 0;
        if (isClamp)
        {
            // here the maximum of a and b is a where it is greater, else b, also if that is NaN or another zero
            for (; i + lanes <= z.Length; i += lanes)
            {
                Vector512<T> atLeast = Vector512.MaxNative(lows, Vector512.LoadUnsafe(ref firstX, (nuint)i));
                Vector512.MinNative(highs, atLeast).StoreUnsafe(ref target, (nuint)i);
            }
        }

        for (; i + lanes <= z.Length; i += lanes)
        {
            Vector512<T> numbers = Vector512.LoadUnsafe(ref firstX, (nuint)i);
            Vector512<T> chosen = Vector512.ConditionalSelect(Vector512.LessThan(highs, numbers), aboves, Vector512.LoadUnsafe(ref firstY, (nuint)i));
            Vector512.ConditionalSelect(Vector512.LessThan(numbers, lows), belows, chosen).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < z.Length; i++)
        {
            z[i] = x[i] < low ? below : high < x[i] ? above : y[i];
        }
    }

    // zeros differ by their signs
    private static bool IsSame(T x, T y) => x == y && T.IsNegative(x) == T.IsNegative(y);
}
