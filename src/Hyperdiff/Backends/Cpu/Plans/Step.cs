namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>One step of a plan. Immutable: what changes from call to call is in the frame.</summary>
internal abstract class Step
{
    /// <summary>Does the work.</summary>
    public abstract void Run(Frame frame);

    /// <summary>The memory that the step takes beyond the slots that it reads and writes, in bytes.</summary>
    public virtual long WorkingBytes => 0;
}
