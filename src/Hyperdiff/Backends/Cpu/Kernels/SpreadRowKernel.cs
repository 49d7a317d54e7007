using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Repeats a stored row for every row of a tile of whole rows.</summary>
internal sealed class SpreadRowKernel<T>(int columns) : TileKernel
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> row = tile.Stored<T>(instruction.Sources[0].Index);
        Span<T> target = tile.Write<T>(instruction.Target);
        for (int start = 0; start < target.Length; start += columns)
        {
            row.CopyTo(target[start..]);
        }
    }
}
