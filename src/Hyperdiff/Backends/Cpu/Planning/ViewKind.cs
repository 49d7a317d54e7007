namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>How a value is made of what is stored.</summary>
internal enum ViewKind
{
    /// <summary>Element i is element i.</summary>
    Dense,

    /// <summary>Every element is the same stored one.</summary>
    Scalar,

    /// <summary>A stored row, repeated for every row.</summary>
    Row,

    /// <summary>A stored column, each element repeated along its row.</summary>
    Column,

    /// <summary>The same part of every row of a stored matrix.</summary>
    Window,

    /// <summary>Every element is a number known when the plan is made.</summary>
    Constant,
}
