using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Repeats each element of a stored column along its row, for a tile of whole rows.</summary>
internal sealed class SpreadColumnKernel<T>(int columns) : TileKernel
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        Span<T> target = tile.Write<T>(instruction.Target);
        ReadOnlySpan<T> column = tile.Stored<T>(instruction.Sources[0].Index).Slice(tile.Row, target.Length / columns);
        for (int row = 0; row < column.Length; row++)
        {
            target.Slice(row * columns, columns).Fill(column[row]);
        }
    }
}
