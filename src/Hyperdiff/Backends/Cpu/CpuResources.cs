using Hyperdiff.Backends.Cpu.Lapack;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu;

/// <summary>What steps work with.</summary>
/// <param name="Backend">The backend, for primitives that run functions themselves.</param>
/// <param name="Pool">The threads that share large work.</param>
/// <param name="Product">What multiplies matrices, with these threads.</param>
/// <param name="InlineProduct">The same on the calling thread alone, for products inside of shared work.</param>
internal sealed record CpuResources(CpuBackend Backend, WorkerPool Pool, MatrixProduct Product, MatrixProduct InlineProduct)
{
    /// <summary>What factors matrices: the library that multiplies them, if it can, otherwise our own code.</summary>
    public IMatrixKernels MatrixKernels => field ??=
        Product is OpenBlasMatrixProduct native && LapackLibrary.TryFind(native.Library, out LapackLibrary? lapack) ? new LapackKernels(lapack) : DefiningKernels.Instance;

    /// <summary>Plans of single operations.</summary>
    public SingleOperationPlans SingleOperations => field ??= new SingleOperationPlans(this);
}
