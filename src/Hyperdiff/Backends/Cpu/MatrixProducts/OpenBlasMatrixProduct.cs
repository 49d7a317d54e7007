using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>Matrix products by a native library, cut into tiles that our own threads share.</summary>
/// <remarks>
/// The library runs single-threaded on tiles whose edges depend on the shape alone, so that, unlike with the library's own threads, results have the same
/// bits for every thread count. A product with a vector is bound by reading the matrix, whoever computes it; the managed kernels do, which sum in the same
/// order within one pass over a matrix, so that it has the same digits in every graph.
/// </remarks>
internal sealed unsafe class OpenBlasMatrixProduct : MatrixProduct
{
    // as for the managed kernels: work below this is done before another thread is awake.
    private const long LeastSharedWork = 1 << 20;

    private readonly BlasLibrary _library;
    private readonly ManagedMatrixProduct _vectors;

    /// <summary>Uses a loaded library.</summary>
    public OpenBlasMatrixProduct(BlasLibrary library, WorkerPool pool)
        : base(pool)
    {
        ArgumentNullException.ThrowIfNull(library);
        (_library, _vectors) = (library, new ManagedMatrixProduct(pool));
    }

    /// <inheritdoc/>
    public override string Description => $"{_library.Title} ({_library.Name}), {ThreadCount.Describe(Pool.Threads)}";

    /// <inheritdoc/>
    protected override void Multiply(in ProductShape shape, double* left, double* right, double* result, KeptPanels? kept) =>
        Multiply<double>(shape, left, right, result);

    /// <inheritdoc/>
    protected override void Multiply(in ProductShape shape, float* left, float* right, float* result, KeptPanels? kept) =>
        Multiply<float>(shape, left, right, result);

    private void Multiply<T>(in ProductShape shape, T* left, T* right, T* result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (shape.Rows == 1 || shape.Columns == 1)
        {
            _vectors.Multiply(shape, left, right, result);
        }
        else
        {
            BlasTiles<T> tiles = new(_library, shape, left, right, result);
            bool shared = shape.ItemWork * shape.BatchCount >= LeastSharedWork;
            (shared ? Pool : WorkerPool.Inline).Run(tiles.Count, tiles);
            for (int item = 0; tiles.Mirrors && item < shape.BatchCount; item++)
            {
                new LowerTriangle<T>(result + ((nint)item * shape.ResultBatchStep), shape.Rows, shape.ResultStride).Fill(Pool);
            }
        }
    }
}
