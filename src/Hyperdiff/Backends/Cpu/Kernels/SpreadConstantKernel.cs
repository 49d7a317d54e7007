using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Writes a constant to every element of a tile.</summary>
internal sealed class SpreadConstantKernel<T>(T value) : TileKernel
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction) => tile.Write<T>(instruction.Target).Fill(value);
}
