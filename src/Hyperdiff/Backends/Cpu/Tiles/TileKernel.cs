namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>What an instruction of a tile program does, for one element type. Has no state: instances are shared by all plans and threads.</summary>
internal abstract class TileKernel
{
    /// <summary>Whether the target may be the same memory as a source, element by element.</summary>
    public virtual bool WorksInPlace => true;

    /// <summary>Whether an operand may be one number for the whole tile.</summary>
    public virtual bool TakesScalar(int operand) => false;

    /// <summary>Whether an operand may be a column, where the others are not.</summary>
    public virtual bool TakesColumn(int operand) => false;

    /// <summary>Whether an operand may be a window, where the others are windows as well, or have an element for each of the tile.</summary>
    public virtual bool TakesWindows => false;

    /// <summary>Computes the tile's elements of the target.</summary>
    public abstract void Run(in Tile tile, TileInstruction instruction);
}
