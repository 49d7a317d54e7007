namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Where the elements of a planned value are during a call.</summary>
internal enum SlotKind
{
    /// <summary>In the arena, for as long as they are needed.</summary>
    Arena,

    /// <summary>In a tensor of the caller.</summary>
    Input,

    /// <summary>In memory that is allocated for the call, because it leaves the plan.</summary>
    Fresh,

    /// <summary>In a tensor that a primitive returned.</summary>
    Foreign,

    /// <summary>Nowhere as a whole: only in the registers of the tile program that makes and uses it.</summary>
    Register,
}
