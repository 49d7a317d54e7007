using System.Numerics;
using System.Runtime.CompilerServices;

namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>A run of elements of a domain on which a tile program works: short enough that all its values stay in cache.</summary>
/// <remarks>The domain is flat: <c>Start</c> counts elements row-major. A tile is a few whole rows, or a part of one row.</remarks>
internal readonly ref struct Tile
{
    private readonly ReadOnlySpan<HostArray> _values;
    private readonly TileRegisters _registers;
    private readonly int _stride;

    /// <summary>A tile.</summary>
    /// <param name="values">The stored values of the frame, by slot.</param>
    /// <param name="registers">The registers of this thread.</param>
    /// <param name="stride">The elements from one register to the next.</param>
    /// <param name="place">The first element, how many, and the row and column of the first.</param>
    /// <param name="ordinal">The number of the tile within its chunk.</param>
    public Tile(ReadOnlySpan<HostArray> values, TileRegisters registers, int stride, (int Start, int Length, int Row, int Column) place, int ordinal)
    {
        _values = values;
        _registers = registers;
        _stride = stride;
        (Start, Length, Row, Column) = place;
        Ordinal = ordinal;
    }

    /// <summary>The number of the tile within its chunk.</summary>
    public int Ordinal { get; }

    /// <summary>The first element.</summary>
    public int Start { get; }

    /// <summary>How many elements.</summary>
    public int Length { get; }

    /// <summary>The row of the first element.</summary>
    public int Row { get; }

    /// <summary>The column of the first element.</summary>
    public int Column { get; }

    /// <summary>What of a column belongs to the rows of this tile, which are whole.</summary>
    /// <param name="columns">The length of a row.</param>
    public Tile OfRows(int columns) => new(_values, _registers, _stride, (Row, Length / columns, Row, 0), Ordinal);

    /// <summary>The elements of an operand that has one for each of the tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<T> Read<T>(in TileSource source)
        where T : unmanaged => source.Kind switch
        {
            TileSourceKind.Register => _registers.Slice<T>(source.Index * _stride, Length),
            TileSourceKind.Dense => Part<T>(source.Index, Start, Length),
            _ => Part<T>(source.Index, Column, Length),
        };

    /// <summary>The number that an operand is throughout the tile.</summary>
    public T ReadScalar<T>(in TileSource source)
        where T : unmanaged, INumberBase<T> => source.Kind switch
        {
            TileSourceKind.Constant => T.CreateTruncating(source.Constant),
            TileSourceKind.Scalar => Part<T>(source.Index, 0, 1)[0],
            _ => Part<T>(source.Index, Row, 1)[0],
        };

    /// <summary>The numbers of a column, one for each row of the tile.</summary>
    /// <param name="source">The column.</param>
    /// <param name="columns">The length of a row.</param>
    public ReadOnlySpan<T> ReadColumn<T>(in TileSource source, out int columns)
        where T : unmanaged
    {
        columns = (int)source.Constant;
        return Part<T>(source.Index, Row, Length / columns);
    }

    /// <summary>One row of an operand that is a window, or has an element for each of the tile.</summary>
    /// <param name="source">The operand.</param>
    /// <param name="row">Which row of the tile.</param>
    /// <param name="columns">The length of a row.</param>
    public ReadOnlySpan<T> ReadRow<T>(in TileSource source, int row, int columns)
        where T : unmanaged => source.Kind == TileSourceKind.Window
            ? Part<T>(source.Index, source.Place.Start + ((Row + row) * source.Place.Step), columns)
            : Read<T>(source).Slice(row * columns, columns);

    /// <summary>Where a result goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Write<T>(in TileTarget target)
        where T : unmanaged => target.IsRegister ? _registers.Slice<T>(target.Index * _stride, Length) : Part<T>(target.Index, Start, Length);

    /// <summary>A stored value, whole.</summary>
    public Span<T> Stored<T>(int slot)
        where T : unmanaged => _values[slot].AsSpan<T>();

    /// <summary>Part of the memory of this thread's registers.</summary>
    public Span<T> Scratch<T>(int start, int length)
        where T : unmanaged => _registers.Slice<T>(start, length);

    /// <summary>A window on an operand or result, for kernels that take host arrays.</summary>
    /// <param name="source">What is read or written: dense or a register.</param>
    /// <param name="type">The type of the window; its shape has the length of the tile.</param>
    public HostArray Window(in TileSource source, TensorType type)
    {
        if (source.Kind == TileSourceKind.Register)
        {
            AlignedArray memory = _registers.Memory(type.DType);
            return new HostArray(type, memory.Data, memory.Start + (source.Index * _stride));
        }

        HostArray stored = _values[source.Index];
        return new HostArray(type, stored.Data, stored.Offset + (source.Kind == TileSourceKind.Dense ? Start : Column));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<T> Part<T>(int slot, int start, int length)
        where T : unmanaged
    {
        ref readonly HostArray stored = ref _values[slot];
        return stored.Data.Window<T>(stored.Offset + start, length);
    }
}
