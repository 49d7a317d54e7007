namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>How a domain of rows × columns is cut into tiles, and the tiles into chunks that threads share.</summary>
/// <remarks>
/// <code>
/// columns short:  a tile is RowsPerTile whole rows        | r0 | r1 | r2 |   one tile
/// columns long:   a row is TilesPerRow tiles              | t0 | t1 | t2 |   one row
/// </code>
/// A domain without row structure is one long row. The cut depends on the sizes alone, so results have the same bits for any number of threads.
/// </remarks>
internal sealed class TileGrid
{
    // 8 KiB of doubles: three or four such registers stay in L1, and the few ten nanoseconds of an instruction are small against a tile's arithmetic.
    private const int LongestTile = 1024;

    // about ten microseconds of cheap arithmetic: enough to be worth another thread
    private const int ElementsPerChunk = 1 << 14;

    private TileGrid(int rows, int columns, int rowsPerTile, int capacity, int tilesPerRow, int tilesPerChunk)
    {
        (Rows, Columns, RowsPerTile, Capacity, TilesPerRow, TilesPerChunk) = (rows, columns, rowsPerTile, capacity, tilesPerRow, tilesPerChunk);
        Tiles = tilesPerRow == 1 ? (rows + rowsPerTile - 1) / rowsPerTile : rows * tilesPerRow;
        Chunks = (Tiles + tilesPerChunk - 1) / tilesPerChunk;
    }

    /// <summary>The rows of the domain.</summary>
    public int Rows { get; }

    /// <summary>The columns of the domain.</summary>
    public int Columns { get; }

    /// <summary>How many whole rows a tile has; 1 also if it is a part of a row.</summary>
    public int RowsPerTile { get; }

    /// <summary>The most elements of a tile.</summary>
    public int Capacity { get; }

    /// <summary>The elements from one register to the next: a tile, and a gap that lets every register begin on a cache line.</summary>
    public int RegisterStride => (Capacity + AlignedArray.Alignment - 1) & ~(AlignedArray.Alignment - 1);

    /// <summary>How many tiles a row has; 1 if tiles have whole rows.</summary>
    public int TilesPerRow { get; }

    /// <summary>Whether tiles are parts of rows.</summary>
    public bool RowsAreCut => TilesPerRow > 1;

    /// <summary>How many tiles a chunk has, but for the last.</summary>
    public int TilesPerChunk { get; }

    /// <summary>How many tiles there are.</summary>
    public int Tiles { get; }

    /// <summary>How many chunks there are.</summary>
    public int Chunks { get; }

    /// <summary>The rows of a chunk; the last has fewer.</summary>
    public int RowsPerChunk => RowsAreCut ? TilesPerChunk / TilesPerRow : TilesPerChunk * RowsPerTile;

    /// <summary>Whether a tile holds rows of a length whole.</summary>
    public static bool HoldsRows(int columns) => columns <= LongestTile;

    /// <summary>A domain without structure.</summary>
    /// <param name="count">Its elements.</param>
    /// <param name="isPassedOnce">Whether nothing is read again within a tile, which is a whole chunk then.</param>
    public static TileGrid Flat(int count, bool isPassedOnce = false)
    {
        int longest = isPassedOnce ? ElementsPerChunk : LongestTile, tiles = (count + longest - 1) / longest;
        return new TileGrid(1, count, 1, Math.Min(count, longest), Math.Max(tiles, 1), ElementsPerChunk / longest);
    }

    /// <summary>A domain whose rows and columns matter.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="leastRowsPerChunk">The fewest rows of a chunk, where each chunk keeps a row of its own.</param>
    public static TileGrid Structured(int rows, int columns, int leastRowsPerChunk = 1)
    {
        if (columns > LongestTile)
        {
            int tilesPerRow = (columns + LongestTile - 1) / LongestTile;
            int rowsPerChunk = Math.Max(leastRowsPerChunk, ElementsPerChunk / columns);
            return new TileGrid(rows, columns, 1, LongestTile, tilesPerRow, rowsPerChunk * tilesPerRow);
        }

        int rowsPerTile = Math.Min(rows, LongestTile / columns);
        int tiles = Math.Max(ElementsPerChunk / (rowsPerTile * columns), (leastRowsPerChunk + rowsPerTile - 1) / rowsPerTile);
        return new TileGrid(rows, columns, rowsPerTile, rowsPerTile * columns, 1, tiles);
    }

    /// <summary>Tiles of a given number of whole rows, all in chunks of a given number of tiles.</summary>
    public static TileGrid Blocked(int rows, int columns, int rowsPerTile, int tilesPerChunk) =>
        new(rows, columns, rowsPerTile, rowsPerTile * columns, 1, tilesPerChunk);

    /// <summary>The place of a tile.</summary>
    public (int Start, int Length, int Row, int Column) Place(int tile)
    {
        if (RowsAreCut)
        {
            int row = tile / TilesPerRow, column = (tile - (row * TilesPerRow)) * Capacity;
            return ((row * Columns) + column, Math.Min(Capacity, Columns - column), row, column);
        }

        int first = tile * RowsPerTile;
        return (first * Columns, Math.Min(RowsPerTile, Rows - first) * Columns, first, 0);
    }
}
