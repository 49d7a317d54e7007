using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>What computes an operation instead of its definition. Has no state: instances are shared by plans and threads.</summary>
internal abstract class OperationKernel
{
    /// <summary>Computes the result.</summary>
    /// <param name="operands">The operands.</param>
    /// <param name="result">Where every element of the result is written.</param>
    /// <param name="pool">The threads that share large work.</param>
    public abstract void Run(ReadOnlySpan<HostArray> operands, HostArray result, WorkerPool pool);
}
