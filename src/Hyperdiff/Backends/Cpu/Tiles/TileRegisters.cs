using System.Runtime.CompilerServices;

namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>The registers of tile programs: memory for a few tiles, one set per thread, that grows to what programs need and is kept.</summary>
internal sealed class TileRegisters
{
    [ThreadStatic]
    private static TileRegisters? s_current;

    private readonly AlignedArray?[] _arrays = new AlignedArray?[4];

    /// <summary>The set of the thread that asks.</summary>
    public static TileRegisters Current => s_current ??= new TileRegisters();

    /// <summary>Makes room for registers of an element type.</summary>
    public void Reserve(DType dtype, int elements)
    {
        // memory of no elements is memory as well: a program on an empty domain asks for it
        if (_arrays[(int)dtype] is not { } memory || memory.Length < elements)
        {
            _arrays[(int)dtype] = AlignedArray.Allocate(dtype, elements);
        }
    }

    /// <summary>The memory of an element type.</summary>
    public AlignedArray Memory(DType dtype) => _arrays[(int)dtype]!;

    /// <summary>Part of the memory of an element type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Slice<T>(int start, int length)
        where T : unmanaged
    {
        AlignedArray memory = _arrays[(int)ElementType.Of<T>()]!;
        return memory.Data.Window<T>(memory.Start + start, length);
    }
}
