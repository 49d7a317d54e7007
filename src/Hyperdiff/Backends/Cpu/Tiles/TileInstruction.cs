namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>One line of a tile program: target = kernel(sources), for the elements of a tile.</summary>
internal sealed class TileInstruction(TileKernel kernel, TileTarget target, params TileSource[] sources)
{
    /// <summary>What is computed.</summary>
    public TileKernel Kernel { get; } = kernel;

    /// <summary>Where to.</summary>
    public TileTarget Target { get; } = target;

    /// <summary>From what.</summary>
    public TileSource[] Sources { get; } = sources;
}
