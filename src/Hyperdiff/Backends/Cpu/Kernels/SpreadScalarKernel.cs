using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Writes one stored number to every element of a tile: the only one, or the one that belongs to the row that the tile is part of.</summary>
internal sealed class SpreadScalarKernel<T> : TileKernel
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        TileSource source = instruction.Sources[0];
        Span<T> stored = tile.Stored<T>(source.Index);
        tile.Write<T>(instruction.Target).Fill(stored[source.Kind == TileSourceKind.Scalar ? 0 : tile.Row]);
    }
}
