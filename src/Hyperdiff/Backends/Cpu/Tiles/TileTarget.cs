namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>Where an instruction of a tile program writes its result.</summary>
/// <param name="IsRegister">Whether to a register, or to the tile's part of a stored value.</param>
/// <param name="Index">The register, or the slot of the frame.</param>
internal readonly record struct TileTarget(bool IsRegister, int Index)
{
    /// <summary>The same place, to be read.</summary>
    public TileSource AsSource() => new(IsRegister ? TileSourceKind.Register : TileSourceKind.Dense, Index);
}
