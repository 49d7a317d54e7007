namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>An operand of an instruction.</summary>
/// <param name="Kind">Where it is.</param>
/// <param name="Index">The slot of the frame, or the register.</param>
/// <param name="Constant">The number, for a constant.</param>
internal readonly record struct TileSource(TileSourceKind Kind, int Index = 0, double Constant = 0)
{
    /// <summary>Whether it is one number for the whole tile.</summary>
    public bool IsScalar => Kind is TileSourceKind.Scalar or TileSourceKind.ColumnElement or TileSourceKind.Constant;
}
