using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu;

/// <summary>What steps work with.</summary>
/// <param name="Backend">The backend, for primitives that run functions themselves.</param>
/// <param name="Pool">The threads that share large work.</param>
/// <param name="Product">What multiplies matrices, with these threads.</param>
/// <param name="InlineProduct">The same on the calling thread alone, for products inside of shared work.</param>
internal sealed record CpuResources(CpuBackend Backend, WorkerPool Pool, MatrixProduct Product, MatrixProduct InlineProduct)
{
    /// <summary>Plans of single operations.</summary>
    public SingleOperationPlans SingleOperations => field ??= new SingleOperationPlans(this);
}
