using Hyperdiff.Backends.Cpu.Plans;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>A piece of work that becomes one step of the plan.</summary>
internal abstract class PlanUnit
{
    /// <summary>The slots that it reads, its own results excluded.</summary>
    public abstract IEnumerable<Slot> Reads { get; }

    /// <summary>The slots that it computes.</summary>
    public abstract IEnumerable<Slot> Writes { get; }

    /// <summary>Arena memory that it needs while it runs.</summary>
    public virtual IEnumerable<Slot> Scratch => [];

    /// <summary>Whether a result may lie in the memory of an operand that nobody reads afterwards.</summary>
    public virtual bool MayOverwrite(Slot operand, Slot result) => false;

    /// <summary>The step, once the kind of every slot is known.</summary>
    /// <param name="resources">What it works with.</param>
    public abstract Step Build(CpuResources resources);
}
