using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.SparseProducts;

/// <summary>The rows of a batch of sparse matrices cut into tiles of about equal work.</summary>
/// <remarks>Each row is computed by itself, so the cut does not change a bit of the result.</remarks>
internal readonly struct RowTiles
{
    // about 20 µs of multiplications, well beyond what it costs to wake a thread
    private const long WorkPerTile = 1 << 15;

    private readonly EvenSplit _split;

    /// <summary>Cuts.</summary>
    /// <param name="layout">The matrices.</param>
    /// <param name="width">The multiplications per entry.</param>
    public RowTiles(CsrLayout layout, int width)
    {
        long perRow = Math.Max(1, (long)layout.Entries * width / Math.Max(1, layout.Rows));
        _split = EvenSplit.ByLimit(layout.Rows, (int)Math.Max(1, WorkPerTile / perRow));
        Count = checked(layout.Items * _split.Parts);
    }

    /// <summary>How many tiles there are.</summary>
    public int Count { get; }

    /// <summary>The item of a tile, and its rows.</summary>
    public (int Item, int First, int End) this[int tile] => (tile / _split.Parts, _split.Start(tile % _split.Parts), _split.Start((tile % _split.Parts) + 1));
}
