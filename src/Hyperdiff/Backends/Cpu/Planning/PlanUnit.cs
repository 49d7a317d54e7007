using Hyperdiff.Backends.Cpu.Plans;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A piece of work that becomes one step of the plan.</summary>
internal abstract class PlanUnit
{
    /// <summary>The slots that it reads, its own results excluded.</summary>
    public abstract IEnumerable<Slot> Reads { get; }

    /// <summary>The slots that it computes.</summary>
    public abstract IEnumerable<Slot> Writes { get; }

    /// <summary>Results that need no memory of their own if no other unit reads them: they exist tile by tile.</summary>
    public virtual IEnumerable<Slot> Transient => [];

    /// <summary>Arena memory that it needs while it runs.</summary>
    public virtual IEnumerable<Slot> Scratch => [];

    /// <summary>The units that read its results, as <see cref="UnitGraph"/> keeps them.</summary>
    public HashSet<PlanUnit> Readers { get; } = [];

    /// <summary>The units whose results it reads, likewise.</summary>
    public HashSet<PlanUnit> Producers { get; } = [];

    /// <summary>Its number among the units.</summary>
    public int Index { get; set; }

    /// <summary>Its place in an order in which the units could run.</summary>
    public long Place { get; set; }

    /// <summary>The unit before it in that order.</summary>
    public PlanUnit? Previous { get; set; }

    /// <summary>The unit behind it in that order.</summary>
    public PlanUnit? Next { get; set; }

    /// <summary>The last search that came here.</summary>
    public long Search { get; set; }

    /// <summary>Whether it has a place in the order of the plan.</summary>
    public bool IsOrdered { get; set; }

    /// <summary>A unit so far behind that a search did not get there.</summary>
    public PlanUnit? BeyondReach { get; set; }

    /// <summary>The unit of which it became a part.</summary>
    public PlanUnit? JoinedTo { get; set; }

    /// <summary>The unit of which it is a part, at last; itself if it is none.</summary>
    public PlanUnit Whole => JoinedTo is null ? this : JoinedTo.Whole;

    /// <summary>The groups whose lines are written as they are.</summary>
    public virtual IEnumerable<FusedGroup> Groups => [];

    /// <summary>Asks for memory to work with.</summary>
    /// <param name="add">Adds a slot of a type to the plan.</param>
    public virtual void ReserveScratch(Func<TensorType, Slot> add)
    {
    }

    /// <summary>The line that is the last to read an operand, where a result that is written after may lie in the operand's memory if nobody reads it any more;
    /// null where none may.</summary>
    public virtual GroupEntry? LastRead(Slot operand) => null;

    /// <summary>The step, once the kind of every slot is known.</summary>
    /// <param name="resources">What it works with.</param>
    public abstract Step Build(CpuResources resources);
}
