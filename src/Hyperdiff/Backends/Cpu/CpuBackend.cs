using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Planning;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu;

/// <summary>Runs graphs on the processor: vectorized kernels, fused and run in cache, and matrix products by managed code or a native library.</summary>
/// <remarks>
/// The library is chosen by <c>HYPERDIFF_BLAS</c> and the number of threads of <see cref="Instance"/> by <c>HYPERDIFF_THREADS</c>, read at the first use;
/// <see cref="Name"/> tells both. On one machine the bits of a result depend on the graph and its operands alone, not on the number of threads.
/// </remarks>
public sealed class CpuBackend : IBackend, IMatrixKernelSource
{
    private readonly Lazy<CpuResources> _resources;

    private CpuBackend(Func<WorkerPool> pool, string? library) => _resources = new Lazy<CpuResources>(() => new CpuResources(
        this, pool(), MatrixProductSelection.Select(library, pool()), MatrixProductSelection.Select(library, WorkerPool.Inline), library));

    /// <summary>The backend that tensors in host memory are computed on.</summary>
    public static CpuBackend Instance { get; } = new(() => WorkerPool.Shared, Environment.GetEnvironmentVariable(MatrixProductSelection.Variable));

    /// <inheritdoc/>
    public string Name => $"cpu ({_resources.Value.Product.Description})";

    /// <inheritdoc/>
    IMatrixKernels<double> IMatrixKernelSource.MatrixKernels => Resources.MatrixKernels;

    /// <inheritdoc/>
    IMatrixKernels<float> IMatrixKernelSource.SingleMatrixKernels => Resources.SingleMatrixKernels;

    /// <summary>What plans work with.</summary>
    internal CpuResources Resources => _resources.Value;

    /// <summary>A backend with threads of its own: for graphs that are run on it explicitly.</summary>
    /// <param name="threads">How many threads work on one call, the calling one included.</param>
    /// <param name="library">What multiplies matrices, as in <c>HYPERDIFF_BLAS</c>; null for what that says.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 thread.</exception>
    public static CpuBackend WithThreads(int threads, string? library = null) =>
        With(new WorkerPool(threads), library ?? Environment.GetEnvironmentVariable(MatrixProductSelection.Variable));

    /// <summary>A backend whose work is shared by a pool.</summary>
    internal static CpuBackend With(WorkerPool pool, string? library) => new(() => pool, library);

    /// <inheritdoc/>
    public IExecutable Compile(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return Planner.Of(graph, Resources);
    }

    /// <inheritdoc/>
    public Tensor[] Execute(Primitive primitive, ReadOnlySpan<Tensor> operands)
    {
        ArgumentNullException.ThrowIfNull(primitive);
        return primitive is Operation operation && EagerExecution.TryRun(operation, operands, Resources) is { } result
            ? [result]
            : primitive.Execute(this, operands);
    }

    /// <inheritdoc/>
    public Tensor Allocate(TensorType type) => HostMemory.Allocate(type);

    /// <inheritdoc/>
    public Tensor AllocateZeros(TensorType type) => HostMemory.AllocateZeros(type);

    /// <inheritdoc/>
    public Tensor Place(Tensor tensor) => HostMemory.Place(tensor);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
