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

    /// <summary>Asks for that memory.</summary>
    /// <param name="add">Adds a slot of a type to the plan.</param>
    public virtual void ReserveScratch(Func<TensorType, Slot> add)
    {
    }

    /// <summary>Whether a result may lie in the memory of an operand that nobody reads afterwards.</summary>
    public virtual bool MayOverwrite(Slot operand, Slot result) => false;

    /// <summary>The step, once the kind of every slot is known.</summary>
    /// <param name="resources">What it works with.</param>
    public abstract Step Build(CpuResources resources);
}
