using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>y = φ(x) over a span; y may be x.</summary>
internal delegate void UnaryMap<T>(ReadOnlySpan<T> x, Span<T> y);

/// <summary>An elementwise function of one operand.</summary>
internal sealed class UnaryKernel<T>(UnaryMap<T> map) : TileKernel
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction) => Compute(tile, instruction);

    /// <summary>Computes the tile's elements of the target: by a name that <see cref="ImageKernels"/> can call.</summary>
    internal void Compute(in Tile tile, TileInstruction instruction) => map(tile.Read<T>(instruction.Sources[0]), tile.Write<T>(instruction.Target));
}
