using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Copies an operand as it is.</summary>
internal sealed class CopyKernel<T> : TileKernel
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction) => tile.Read<T>(instruction.Sources[0]).CopyTo(tile.Write<T>(instruction.Target));
}
