namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>One step of a plan. Immutable: what changes from call to call is in the frame.</summary>
internal abstract class Step
{
    /// <summary>Does the work.</summary>
    public abstract void Run(Frame frame);
}
