using System.Numerics;
using Hyperdiff.Backends.Cpu.Lapack;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu;

/// <summary>What steps work with.</summary>
/// <param name="Backend">The backend, for primitives that run functions themselves.</param>
/// <param name="Pool">The threads that share large work.</param>
/// <param name="Product">What multiplies matrices, with these threads.</param>
/// <param name="InlineProduct">The same on the calling thread alone, for products inside shared work.</param>
/// <param name="Choice">Which native library may be used, as in <c>HYPERDIFF_BLAS</c>.</param>
internal sealed record CpuResources(CpuBackend Backend, WorkerPool Pool, MatrixProduct Product, MatrixProduct InlineProduct, string? Choice)
{
    /// <summary>What factors matrices: a native library, if there is one that can, also where products are managed; otherwise our own code, by
    /// products.</summary>
    public IMatrixKernels<double> MatrixKernels => field ??= Kernels<double>();

    /// <summary>Those for large matrices of float32.</summary>
    public IMatrixKernels<float> SingleMatrixKernels => field ??= Kernels<float>();

    /// <summary>Plans of single operations.</summary>
    public SingleOperationPlans SingleOperations => field ??= new SingleOperationPlans(this);

    private IMatrixKernels<T> Kernels<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        MatrixProductSelection.Library(Choice) is { } library && LapackLibrary<T>.TryFind(library, out LapackLibrary<T>? lapack)
            ? new LapackKernels<T>(lapack, Product) : new BlockedKernels<T>(Product);
}
