using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>The products of a batch, each cut into tiles of C that a native library computes one by one.</summary>
internal readonly unsafe struct BlasTiles<T>(BlasLibrary library, ProductShape shape, T* left, T* right, T* result) : ITileWork
    where T : unmanaged
{
    // The library packs its operands again for every tile: at these sizes that is below a tenth of the work.
    private const int MaxRows = 256;
    private const int MaxColumns = 512;

    // A product that leaves threads idle is cut further, down to tiles of some 300 microseconds: thinner ones run at half speed.
    private const int EnoughTiles = 8;
    private const long LeastTileWork = 1 << 23;

    private readonly EvenSplit _rows = CutRows(shape);
    private readonly EvenSplit _columns = EvenSplit.ByLimit(shape.Columns, MaxColumns);

    public int Count => checked(shape.BatchCount * _rows.Parts * _columns.Parts);

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        int columnTile = tile % _columns.Parts;
        int rowTile = tile / _columns.Parts % _rows.Parts;
        ProductProblem<T> problem = new(shape, left, right, result, tile / (_columns.Parts * _rows.Parts));
        int row = _rows.Start(rowTile), rows = _rows.Size(rowTile);
        int column = _columns.Start(columnTile), columns = _columns.Size(columnTile);
        T* a = problem.Left + (row * problem.LeftRowStep);
        T* b = problem.Right + (column * problem.RightColumnStep);
        T* c = problem.Result + (row * problem.ResultStride) + column;
        int transposeA = shape.LeftTransposed ? BlasLibrary.Transpose : BlasLibrary.AsStored, transposeB = shape.RightTransposed
            ? BlasLibrary.Transpose : BlasLibrary.AsStored;
        if (typeof(T) == typeof(double))
        {
            library.DoubleProduct(
                BlasLibrary.RowMajor, transposeA, transposeB, rows, columns, shape.Inner, 1, (double*)a, shape.LeftStride, (double*)b, shape.RightStride,
                shape.Accumulate ? 1 : 0, (double*)c, shape.ResultStride);
        }
        else
        {
            library.SingleProduct(
                BlasLibrary.RowMajor, transposeA, transposeB, rows, columns, shape.Inner, 1, (float*)a, shape.LeftStride, (float*)b, shape.RightStride,
                shape.Accumulate ? 1 : 0, (float*)c, shape.ResultStride);
        }
    }

    // Only rows are cut further: columns are contiguous, and wide tiles suit the library better.
    private static EvenSplit CutRows(in ProductShape shape)
    {
        EvenSplit rows = EvenSplit.ByLimit(shape.Rows, MaxRows);
        long others = (long)shape.BatchCount * EvenSplit.ByLimit(shape.Columns, MaxColumns).Parts;
        long wanted = Math.Min((EnoughTiles + others - 1) / others, shape.ItemWork / LeastTileWork);

        // a power of two, which any usual number of threads shares evenly
        wanted = 1L << BitOperations.Log2((ulong)Math.Max(1, wanted));
        return rows.Parts >= wanted ? rows : new EvenSplit(shape.Rows, (int)Math.Min(wanted, shape.Rows));
    }
}
