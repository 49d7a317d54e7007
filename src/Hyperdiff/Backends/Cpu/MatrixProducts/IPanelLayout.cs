namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>How the operands of a register tile lie in memory, known to the just-in-time compiler.</summary>
internal interface IPanelLayout
{
    /// <summary>Whether the rows of the right operand stand at offsets of their own, one for each step.</summary>
    static abstract bool AtOffsets { get; }
}

/// <summary>Both operands are packed panels as high and as wide as the tile: their steps are constants of the tile, and addresses cost nothing.</summary>
internal readonly struct PackedPanels : IPanelLayout
{
    /// <summary>The inner size of packed panels is a multiple of this: the tile takes as many steps at once, without a remainder loop.</summary>
    public const int StepsAtOnce = 2;

    public static bool AtOffsets => false;
}

/// <summary>The operands have any steps.</summary>
internal readonly struct AnySteps : IPanelLayout
{
    public static bool AtOffsets => false;
}

/// <summary>The left operand has any steps, the rows of the right one stand anywhere.</summary>
internal readonly struct RowsAtOffsets : IPanelLayout
{
    public static bool AtOffsets => true;
}
