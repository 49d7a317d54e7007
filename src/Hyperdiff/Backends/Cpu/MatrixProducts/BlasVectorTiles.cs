using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>The matrix-vector products of a batch, each cut into strips of y that a native library computes one by one.</summary>
internal readonly unsafe struct BlasVectorTiles<T>(BlasLibrary library, ProductShape shape, T* left, T* right, T* result) : ITileWork
    where T : unmanaged
{
    // As for the managed kernels: 256 KiB of doubles per tile of M·x; strips of a page per row for Mᵀ·x.
    private const int ElementsPerTile = 1 << 15;
    private const int ColumnsPerTile = 512;

    private readonly EvenSplit _tiles = Cut(new VectorProblem<T>(new ProductProblem<T>(shape, left, right, result, 0)));

    public int Count => checked(shape.BatchCount * _tiles.Parts);

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        VectorProblem<T> problem = new(new ProductProblem<T>(shape, left, right, result, tile / _tiles.Parts));
        int first = _tiles.Start(tile % _tiles.Parts), size = _tiles.Size(tile % _tiles.Parts);
        T* y = problem.Result + (first * problem.ResultStep);
        T* matrix = problem.Matrix + (problem.Transposed ? first : first * problem.Stride);
        int rows = problem.Transposed ? problem.Rows : size, columns = problem.Transposed ? size : problem.Columns;
        int transpose = problem.Transposed ? BlasLibrary.Transpose : BlasLibrary.AsStored;
        int vectorStep = (int)problem.VectorStep, resultStep = (int)problem.ResultStep, stride = (int)problem.Stride;
        if (typeof(T) == typeof(double))
        {
            library.DoubleVectorProduct(
                BlasLibrary.RowMajor, transpose, rows, columns, 1, (double*)matrix, stride, (double*)problem.Vector, vectorStep,
                shape.Accumulate ? 1 : 0, (double*)y, resultStep);
        }
        else
        {
            library.SingleVectorProduct(
                BlasLibrary.RowMajor, transpose, rows, columns, 1, (float*)matrix, stride, (float*)problem.Vector, vectorStep,
                shape.Accumulate ? 1 : 0, (float*)y, resultStep);
        }
    }

    private static EvenSplit Cut(in VectorProblem<T> problem) => problem.Transposed
        ? EvenSplit.ByLimit(problem.Columns, ColumnsPerTile)
        : EvenSplit.ByLimit(problem.Rows, Math.Max(1, ElementsPerTile / problem.Columns));
}
