using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Copies an operand as it is, or a column along the rows.</summary>
internal sealed class CopyKernel<T> : TileKernel
    where T : unmanaged
{
    /// <inheritdoc/>
    public override bool TakesColumn(int operand) => true;

    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        Span<T> target = tile.Write<T>(instruction.Target);
        if (instruction.Sources[0].Kind != TileSourceKind.Column)
        {
            tile.Read<T>(instruction.Sources[0]).CopyTo(target);
            return;
        }

        ReadOnlySpan<T> column = tile.ReadColumn<T>(instruction.Sources[0], out int columns);
        for (int row = 0; row < column.Length; row++)
        {
            target.Slice(row * columns, columns).Fill(column[row]);
        }
    }
}
