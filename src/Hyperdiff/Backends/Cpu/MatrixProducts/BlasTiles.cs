using System.Numerics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>The products of a batch, each cut into tiles of C that a native library computes one by one.</summary>
/// <remarks>Of <c>M·Mᵀ</c> it computes those that reach the diagonal or lie above it: <see cref="LowerTriangle{T}"/> does the rest.</remarks>
internal readonly unsafe struct BlasTiles<T>(BlasLibrary library, ProductShape shape, T* left, T* right, T* result) : ITileWork
    where T : unmanaged
{
    // The library packs its operands again for every tile: at these sizes that is below a tenth of the work.
    private const int MaxRows = 256;
    private const int MaxColumns = 512;

    // A product that leaves threads idle is cut further, down to tiles of some 300 microseconds: thinner ones run at half speed.
    private const int EnoughTiles = 8;
    private const long LeastTileWork = 1 << 23;

    // with fewer columns there would be nothing below the diagonal
    private const int LeastSquare = MaxRows / 2;
    private const int SquareParts = 4;

    private readonly EvenSplit _rows = IsMirrored(shape, left, right) ? CutSquare(shape) : CutRows(shape);
    private readonly EvenSplit _columns = IsMirrored(shape, left, right) ? CutSquare(shape) : EvenSplit.ByLimit(shape.Columns, MaxColumns);

    /// <summary>Whether what is below the diagonal is left to be copied from above it.</summary>
    public bool Mirrors { get; } = IsMirrored(shape, left, right);

    public int Count => checked(shape.BatchCount * _rows.Parts * _columns.Parts);

    /// <inheritdoc/>
    public void Execute(int tile)
    {
        int columnTile = tile % _columns.Parts;
        int rowTile = tile / _columns.Parts % _rows.Parts;
        if (Mirrors && rowTile > columnTile)
        {
            return;
        }

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

    private static bool IsMirrored(in ProductShape shape, T* left, T* right) => left == right && shape.IsGram && CutSquare(shape).Parts > 1;

    // squares on the diagonal; four along it are ten tiles
    private static EvenSplit CutSquare(in ProductShape shape)
    {
        EvenSplit least = EvenSplit.ByLimit(shape.Rows, MaxRows);
        bool further = least.Parts < SquareParts && shape.Rows >= LeastSquare && shape.ItemWork >= SquareParts * SquareParts * LeastTileWork;
        return further ? least with { Parts = SquareParts } : least;
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
