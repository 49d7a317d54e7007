using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>One of two numbers by a relation of two others, without a mask in between: <c>z = x where a ∘ b, else y</c>, of operands a, b, x, y.</summary>
internal sealed class ChoiceKernel<T, TComparison> : TileKernel
    where T : unmanaged, IFloatingPointIeee754<T>
    where TComparison : struct, IVectorComparison
{
    /// <inheritdoc/>
    public override bool TakesScalar(int operand) => true;

    /// <inheritdoc/>
    /// <remarks>
    /// One loop, whichever operands are the same for all elements: such a number is read again and again, out of a vector that does not move. A loop for each of
    /// the sixteen cases spared a few loads from the nearest cache, and a program compiled six of them, for 30 ms, before it had its first gradient. It is
    /// optimized at once: a profile of the first runs does not know what the loop is worth.
    /// </remarks>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        int lanes = Vector512<T>.Count;
        Span<T> room = stackalloc T[4 * lanes];
        ref T a = ref Read(tile, instruction.Sources[0], room, out nuint placesOfA);
        ref T b = ref Read(tile, instruction.Sources[1], room[lanes..], out nuint placesOfB);
        ref T x = ref Read(tile, instruction.Sources[2], room[(2 * lanes)..], out nuint placesOfX);
        ref T y = ref Read(tile, instruction.Sources[3], room[(3 * lanes)..], out nuint placesOfY);
        Span<T> z = tile.Write<T>(instruction.Target);
        ref T target = ref MemoryMarshal.GetReference(z);
        nuint i = 0, end = (nuint)z.Length;
        for (; i + (nuint)lanes <= end; i += (nuint)lanes)
        {
            TComparison.Choose(
                Vector512.LoadUnsafe(ref a, i & placesOfA), Vector512.LoadUnsafe(ref b, i & placesOfB),
                Vector512.LoadUnsafe(ref x, i & placesOfX), Vector512.LoadUnsafe(ref y, i & placesOfY)).StoreUnsafe(ref target, i);
        }

        for (; i < end; i++)
        {
            Unsafe.Add(ref target, i) = TComparison.Of(Unsafe.Add(ref a, i & placesOfA), Unsafe.Add(ref b, i & placesOfB))
                ? Unsafe.Add(ref x, i & placesOfX)
                : Unsafe.Add(ref y, i & placesOfY);
        }
    }

    // the elements, of which place i is read, or a vector of the number that stands for all, of which place 0 is
    private static ref T Read(in Tile tile, in TileSource source, Span<T> room, out nuint places)
    {
        if (!source.IsScalar)
        {
            places = nuint.MaxValue;
            return ref MemoryMarshal.GetReference(tile.Read<T>(source));
        }

        places = 0;
        ref T number = ref MemoryMarshal.GetReference(room);
        Vector512.Create(tile.ReadScalar<T>(source)).StoreUnsafe(ref number);
        return ref number;
    }
}
