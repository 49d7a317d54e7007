namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>What a reduction makes of a domain of rows × columns.</summary>
internal enum ReductionKind
{
    /// <summary>No reduction.</summary>
    None,

    /// <summary>One number.</summary>
    All,

    /// <summary>A column: each row becomes a number.</summary>
    Columns,

    /// <summary>A row: each column becomes a number.</summary>
    Rows,
}
