namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A value that a plan computes or is given, as memory sees it: an element type and a count. Shapes are what its readers make of it.</summary>
internal sealed class Slot(int index, TensorType type, SlotKind kind, PlanUnit? producer)
{
    /// <summary>Its place in the frame.</summary>
    public int Index { get; } = index;

    /// <summary>Element type, and the shape under which it was computed.</summary>
    public TensorType Type { get; } = type;

    /// <summary>Where its elements are.</summary>
    public SlotKind Kind { get; set; } = kind;

    /// <summary>What computes it; null for an input.</summary>
    public PlanUnit? Producer { get; set; } = producer;

    /// <summary>The line of a fused group that computes it; null if something else does.</summary>
    public GroupEntry? Line { get; set; }

    /// <summary>The lines of fused groups that read it.</summary>
    public List<GroupEntry> Uses => field ??= [];

    /// <summary>The last line to read it of the group that is being written.</summary>
    public GroupEntry? LastRead { get; set; }

    /// <summary>The last list of what a group reads in which it stands.</summary>
    public List<Slot>? ReadsOfGroup { get; set; }

    /// <summary>Whether a unit reads its elements, and does not only hand the tensor through.</summary>
    public bool IsRead { get; set; }

    /// <summary>The number of elements.</summary>
    public int Count => Type.Shape.ElementCount;
}
