using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Copies the same part of rows of a stored matrix, for a tile of such parts, or of a part of one.</summary>
/// <param name="columns">The length of a part.</param>
/// <param name="place">Where the first begins, and how far they lie apart.</param>
internal sealed class WindowKernel<T>(int columns, (int Start, int Step) place) : TileKernel
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        Span<T> target = tile.Write<T>(instruction.Target), source = tile.Stored<T>(instruction.Sources[0].Index);
        int from = place.Start + (tile.Row * place.Step) + tile.Column;
        for (int row = 0; row < target.Length; row += columns, from += place.Step)
        {
            int count = Math.Min(columns, target.Length - row);
            source.Slice(from, count).CopyTo(target[row..]);
        }
    }
}
