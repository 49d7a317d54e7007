using System.Runtime.InteropServices;

namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>An array that does not move, with the position of its first element on a cache line.</summary>
/// <remarks>Alignment is for speed alone: vectors that cross cache lines load at half the rate. No kernel's bits depend on it.</remarks>
internal sealed class AlignedArray
{
    /// <summary>The cache line, and the longest vector, in bytes.</summary>
    public const int Alignment = 64;

    private AlignedArray(Array data, int start, int length) => (Data, Start, Length) = (data, start, length);

    /// <summary>The array.</summary>
    public Array Data { get; }

    /// <summary>Where the aligned part begins.</summary>
    public int Start { get; }

    /// <summary>The number of elements from there on.</summary>
    public int Length { get; }

    /// <summary>Uninitialized memory for a number of elements.</summary>
    public static AlignedArray Allocate(DType dtype, int length) => dtype switch
    {
        DType.Float64 => Allocate<double>(length),
        DType.Float32 => Allocate<float>(length),
        DType.Int32 => Allocate<int>(length),
        _ => Allocate<bool>(length),
    };

    private static unsafe AlignedArray Allocate<T>(int length)
        where T : unmanaged
    {
        int padding = Alignment / sizeof(T);
        T[] data = Room.For(
            new TensorType(DTypes.Of<T>(), [length]), type => HugePages.For(GC.AllocateUninitializedArray<T>(type.Shape.ElementCount + padding, pinned: true)));
        nuint misaligned = (nuint)Marshal.UnsafeAddrOfPinnedArrayElement(data, 0) % Alignment;
        return new AlignedArray(data, misaligned == 0 ? 0 : (int)((Alignment - misaligned) / (nuint)sizeof(T)), length);
    }
}
