namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>One line of a tile program: target = kernel(sources), for the elements of a tile.</summary>
internal sealed class TileInstruction(TileKernel kernel, TileTarget target, params TileSource[] sources)
{
    /// <summary>Whether it has an element for each row of the tile, instead of each of its elements.</summary>
    public bool IsPerRow { get; init; }

    /// <summary>What is computed.</summary>
    public TileKernel Kernel { get; } = kernel;

    /// <summary>Where to.</summary>
    public TileTarget Target { get; } = target;

    /// <summary>From what.</summary>
    public TileSource[] Sources { get; } = sources;
}

/// <summary>An operand of an instruction.</summary>
/// <param name="Kind">Where it is.</param>
/// <param name="Index">The slot of the frame, or the register.</param>
/// <param name="Constant">The number, for a constant; the length of a row, for a column or window.</param>
internal readonly record struct TileSource(TileSourceKind Kind, int Index = 0, double Constant = 0)
{
    /// <summary>For a window: the place of the first element, and how far the rows lie apart.</summary>
    public (int Start, int Step) Place { get; init; }

    /// <summary>Whether it is one number for the whole tile.</summary>
    public bool IsScalar => Kind is TileSourceKind.Scalar or TileSourceKind.ColumnElement or TileSourceKind.Constant;
}

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

    /// <summary>The elements of a stored column that belong to the rows of the tile, which are whole, and whose length is the constant: each is the same all
    /// along its row.</summary>
    Column,

    /// <summary>A part of each row of a stored value; only where tiles are whole rows, whose length is the constant.</summary>
    Window,

    /// <summary>A number known when the plan was made.</summary>
    Constant,
}

/// <summary>Where an instruction of a tile program writes its result.</summary>
/// <param name="IsRegister">Whether to a register, or to the tile's part of a stored value.</param>
/// <param name="Index">The register, or the slot of the frame.</param>
internal readonly record struct TileTarget(bool IsRegister, int Index)
{
    /// <summary>The same place, to be read.</summary>
    public TileSource AsSource() => new(IsRegister ? TileSourceKind.Register : TileSourceKind.Dense, Index);
}
