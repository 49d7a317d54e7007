namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>Where an instruction of a tile program finds an operand.</summary>
internal enum TileSourceKind
{
    /// <summary>The tile's part of a stored value with one element per element of the domain.</summary>
    Dense,

    /// <summary>A register: a tile-sized piece of memory that stays in cache.</summary>
    Register,

    /// <summary>The tile's columns of a stored row; only where a tile is a part of one row.</summary>
    RowSegment,

    /// <summary>The only element of a stored value.</summary>
    Scalar,

    /// <summary>The tile's element of a stored column; only where a tile is a part of one row.</summary>
    ColumnElement,

    /// <summary>A number known when the plan was made.</summary>
    Constant,
}
