namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>An instruction that folds tiles into a result: within a tile, then over the tiles of a chunk, then over the chunks.</summary>
/// <remarks>
/// Every level folds pairwise, in an order that the grid fixes. Over the tiles of a chunk that is a binary counter of partial results: the n-th tile is
/// folded with as many waiting ones as n has trailing 1 bits, as a carry runs through a binary number. So an element goes through a number of additions that
/// grows with the logarithm of the count, which is the accuracy of pairwise summation.
/// </remarks>
internal abstract class TileReduction : TileKernel
{
    /// <summary>How many elements of thread memory it needs while it works on a chunk.</summary>
    public abstract int StateLength { get; }

    /// <summary>Where in the thread's memory its state begins; set once, when the program is built.</summary>
    public int StateStart { get; set; }

    /// <summary>The element type of the state.</summary>
    public abstract DType DType { get; }

    /// <summary>Writes the chunk's result.</summary>
    /// <param name="tile">The last tile of the chunk.</param>
    /// <param name="chunk">The number of the chunk.</param>
    public abstract void FinishChunk(in Tile tile, int chunk);

    /// <summary>Folds the chunks' results, once all are there.</summary>
    public abstract void Finish(ReadOnlySpan<HostArray> values);
}
