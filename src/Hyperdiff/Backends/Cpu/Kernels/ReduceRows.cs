using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Folds every column of the domain into one number: the result is a row.</summary>
/// <param name="grid">The cut.</param>
/// <param name="partials">The slot that holds one row per chunk.</param>
/// <param name="result">The slot of the result, with one number per column.</param>
internal sealed class ReduceRows<T, TFold>(TileGrid grid, int partials, int result) : TileReduction
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFold : struct, IFold
{
    private const int Eight = 8;

    // before the levels lies room to fold the rows of one tile
    private int Room => grid.RowsAreCut ? 0 : grid.Capacity;

    private int Ordinals => grid.RowsAreCut ? grid.RowsPerChunk : grid.TilesPerChunk;

    /// <inheritdoc/>
    public override int StateLength => Room + (RowCounter<T, TFold>.Levels(Ordinals) * grid.Columns);

    /// <inheritdoc/>
    public override DType DType => ElementType.Of<T>();

    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> elements = tile.Read<T>(instruction.Sources[0]);
        Span<T> state = tile.Scratch<T>(StateStart, StateLength);
        if (grid.RowsAreCut)
        {
            RowCounter<T, TFold>.Take(state, grid.Columns, tile.Column, tile.Ordinal / grid.TilesPerRow, elements);
        }
        else
        {
            RowCounter<T, TFold>.Take(state[Room..], grid.Columns, 0, tile.Ordinal, Folded(elements, state[..Room]));
        }
    }

    /// <inheritdoc/>
    public override void FinishChunk(in Tile tile, int chunk)
    {
        int count = grid.RowsAreCut ? (tile.Ordinal / grid.TilesPerRow) + 1 : tile.Ordinal + 1;
        Span<T> row = tile.Stored<T>(partials).Slice(chunk * grid.Columns, grid.Columns);
        RowCounter<T, TFold>.Finish(tile.Scratch<T>(StateStart, StateLength)[Room..], count, row);
    }

    /// <inheritdoc/>
    public override void Finish(ReadOnlySpan<HostArray> values)
    {
        Span<T> rows = values[partials].AsSpan<T>();
        RowFold<T, TFold>.Of(rows, grid.Columns, grid.Chunks);
        rows[..grid.Columns].CopyTo(values[result].AsSpan<T>());
    }

    // the same for eight rows, of which none is written down on the way
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FoldEight(ReadOnlySpan<T> rows, Span<T> row)
    {
        ref T from = ref MemoryMarshal.GetReference(rows), to = ref MemoryMarshal.GetReference(row);
        int columns = row.Length, lanes = Vector512<T>.Count;
        for (int i = 0; i < columns; i += lanes)
        {
            // the last vector may hold elements of the one before, which come out the same
            ref T first = ref Unsafe.Add(ref from, Math.Min(i, columns - lanes));
            Vector512<T> even = TFold.Of(
                TFold.Of(Row(ref first, 0, columns), Row(ref first, 4, columns)), TFold.Of(Row(ref first, 2, columns), Row(ref first, 6, columns)));
            Vector512<T> odd = TFold.Of(
                TFold.Of(Row(ref first, 1, columns), Row(ref first, 5, columns)), TFold.Of(Row(ref first, 3, columns), Row(ref first, 7, columns)));
            TFold.Of(even, odd).StoreUnsafe(ref to, (nuint)Math.Min(i, columns - lanes));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Row(ref T first, int row, int columns) => Vector512.LoadUnsafe(ref first, (nuint)(row * columns));

    // the lower half of the rows onto the upper, until one is left; a row too many goes with the first
    private ReadOnlySpan<T> Folded(ReadOnlySpan<T> rows, Span<T> room)
    {
        int elements = rows.Length, count = elements / grid.Columns;
        while (count > 1)
        {
            if (TFold.HasVectors && count == Eight && grid.Columns >= Vector512<T>.Count)
            {
                // behind them, where they are in the room already
                Span<T> row = room.Slice(rows.Length < elements ? rows.Length : 0, grid.Columns);
                FoldEight(rows, row);
                return row;
            }

            int half = count / 2 * grid.Columns;
            TFold.Of(rows[..half], rows.Slice(half, half), room[..half]);
            if (count % 2 != 0)
            {
                TFold.Of(room[..grid.Columns], rows.Slice(2 * half, grid.Columns), room[..grid.Columns]);
            }

            rows = room[..half];
            count /= 2;
        }

        return rows;
    }
}
