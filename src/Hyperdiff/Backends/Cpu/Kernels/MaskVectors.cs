using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Masks of a byte an element, 0 or 1, beside masks of the lanes of vectors of numbers, 64 elements at a time.</summary>
internal static class MaskVectors
{
    /// <summary>The elements that are taken at a time: the bytes of a vector.</summary>
    public const int Count = 64;

    /// <summary>The lower 32 bits of lanes of 64: masks of lanes of half the size.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Halves<T>(Vector512<T> lower, Vector512<T> upper)
        where T : unmanaged => Vector512.Narrow(lower.As<T, long>(), upper.As<T, long>());

    /// <summary>Bytes of 0 and 1 from four vectors of masks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Bytes(Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d) =>
        Vector512.Narrow(Vector512.Narrow(a, b), Vector512.Narrow(c, d)).AsByte() & Vector512<byte>.One;

    /// <summary>An operand as kernels of masks read it: the elements of the tile, or one number <see cref="Count"/> times, which is not moved along.</summary>
    /// <param name="tile">The tile.</param>
    /// <param name="source">The operand.</param>
    /// <param name="room">For the number.</param>
    /// <param name="step">By how much the place moves from element to element: 1, or 0 for a number.</param>
    public static ReadOnlySpan<T> Read<T>(in Tiles.Tile tile, in Tiles.TileSource source, Span<T> room, out nuint step)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        Debug.Assert(room.Length == Count, "a number is repeated for all that is taken at a time");
        if (source.IsScalar)
        {
            room.Fill(tile.ReadScalar<T>(source));
            step = 0;
            return room;
        }

        step = 1;
        return tile.Read<T>(source);
    }

    /// <summary>z = x where m, else y.</summary>
    /// <param name="m">Bytes of 0 and 1, as many as z has elements.</param>
    /// <param name="x">As <see cref="Read"/> gives it.</param>
    /// <param name="y">As <see cref="Read"/> gives it.</param>
    /// <param name="steps">Those of x and y.</param>
    /// <param name="z">May be x or y.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Choose<T>(ReadOnlySpan<byte> m, ReadOnlySpan<T> x, ReadOnlySpan<T> y, (nuint X, nuint Y) steps, Span<T> z)
        where T : unmanaged
    {
        ref byte mask = ref MemoryMarshal.GetReference(m);
        ref T left = ref MemoryMarshal.GetReference(x), right = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(z);
        nuint lanes = (nuint)Vector512<T>.Count, i = 0, end = (nuint)z.Length;
        for (; i + Count <= end; i += Count)
        {
            ref T a = ref Unsafe.Add(ref left, i * steps.X);
            ref T b = ref Unsafe.Add(ref right, i * steps.Y);
            ref T c = ref Unsafe.Add(ref target, i);
            (Vector512<ushort> lower, Vector512<ushort> upper) = Vector512.Widen(Vector512.LoadUnsafe(ref mask, i));
            (Vector512<uint> first, Vector512<uint> second) = Vector512.Widen(lower);
            (Vector512<uint> third, Vector512<uint> fourth) = Vector512.Widen(upper);
            if (Unsafe.SizeOf<T>() == sizeof(uint))
            {
                Choose(first, ref a, ref b, ref c, 0);
                Choose(second, ref a, ref b, ref c, lanes);
                Choose(third, ref a, ref b, ref c, 2 * lanes);
                Choose(fourth, ref a, ref b, ref c, 3 * lanes);
            }
            else
            {
                ChooseTwo(first, ref a, ref b, ref c, 0);
                ChooseTwo(second, ref a, ref b, ref c, 2 * lanes);
                ChooseTwo(third, ref a, ref b, ref c, 4 * lanes);
                ChooseTwo(fourth, ref a, ref b, ref c, 6 * lanes);
            }
        }

        for (; i < end; i++)
        {
            Unsafe.Add(ref target, i) = Unsafe.Add(ref mask, i) != 0 ? Unsafe.Add(ref left, i * steps.X) : Unsafe.Add(ref right, i * steps.Y);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ChooseTwo<T>(Vector512<uint> mask, ref T x, ref T y, ref T z, nuint at)
        where T : unmanaged
    {
        (Vector512<ulong> lower, Vector512<ulong> upper) = Vector512.Widen(mask);
        Choose(lower, ref x, ref y, ref z, at);
        Choose(upper, ref x, ref y, ref z, at + (nuint)Vector512<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Choose<T, TMask>(Vector512<TMask> mask, ref T x, ref T y, ref T z, nuint at)
        where T : unmanaged
        where TMask : unmanaged
    {
        Vector512<T> isFalse = Vector512.Equals(mask, Vector512<TMask>.Zero).As<TMask, T>();
        Vector512.ConditionalSelect(isFalse, Vector512.LoadUnsafe(ref y, at), Vector512.LoadUnsafe(ref x, at)).StoreUnsafe(ref z, at);
    }
}
