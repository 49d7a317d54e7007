using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Folds every row of the domain into one number: the result is a column.</summary>
/// <param name="grid">The cut.</param>
/// <param name="result">The slot of the result, with one number per row.</param>
internal sealed class ReduceColumns<T, TFold>(TileGrid grid, int result) : TileReduction
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFold : struct, IFold
{
    /// <inheritdoc/>
    public override int StateLength => ScalarCounter<T, TFold>.Levels;

    /// <inheritdoc/>
    public override DType DType => ElementType.Of<T>();

    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> elements = tile.Read<T>(instruction.Sources[0]);
        Span<T> column = tile.Stored<T>(result);
        if (grid.RowsAreCut)
        {
            int ordinal = tile.Column / grid.Capacity;
            Span<T> levels = tile.Scratch<T>(StateStart, StateLength);
            ScalarCounter<T, TFold>.Take(levels, ordinal, TFold.Of(elements));
            if (ordinal == grid.TilesPerRow - 1)
            {
                column[tile.Row] = ScalarCounter<T, TFold>.Finish(levels, grid.TilesPerRow);
            }

            return;
        }

        if (typeof(TFold) == typeof(SumFold) && grid.Columns < Vector512<T>.Count)
        {
            SumFew(elements, column[tile.Row..]);
            return;
        }

        if (typeof(TFold) == typeof(SumFold))
        {
            PairwiseSum.OfRows(elements, grid.Columns, column.Slice(tile.Row, elements.Length / grid.Columns));
            return;
        }

        for (int row = 0; row * grid.Columns < elements.Length; row++)
        {
            column[tile.Row + row] = TFold.Of(elements.Slice(row * grid.Columns, grid.Columns));
        }
    }

    // what a sum of less than a vector comes to, without the way there
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void SumFew(ReadOnlySpan<T> elements, Span<T> column)
    {
        int columns = grid.Columns;
        column = column[..(elements.Length / columns)];
        if (columns == 2)
        {
            for (int row = 0; row < column.Length; row++)
            {
                column[row] = T.Zero + elements[2 * row] + elements[(2 * row) + 1];
            }

            return;
        }

        for (int row = 0, first = 0; row < column.Length; row++, first += columns)
        {
            T sum = T.Zero;
            foreach (T element in elements.Slice(first, columns))
            {
                sum += element;
            }

            column[row] = sum;
        }
    }

    /// <summary>Nothing: rows end within their chunk.</summary>
    public override void FinishChunk(in Tile tile, int chunk)
    {
    }

    /// <summary>Nothing: every row is done.</summary>
    public override void Finish(ReadOnlySpan<HostArray> values)
    {
    }
}
