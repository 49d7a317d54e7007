using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Decompositions;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Factorizations by a native library, from the size on where they are faster than the definitions.</summary>
/// <remarks>LAPACK's matrices lie by columns, ours by rows: what it is given is the transposed matrix, and only LU cannot do with that.</remarks>
internal sealed unsafe class LapackKernels : IMatrixKernels
{
    /// <summary>From this number of rows on, eigenvalues and singular values take half the time of the definitions, or less; below about half of it,
    /// more.</summary>
    public const int Least = 96;

    /// <summary>The same for LU, which pays for two transpositions.</summary>
    public const int LeastLu = 256;

    private const int RowMajor = 101, Left = 141, Upper = 121, Lower = 122, AsStored = 111, Transposed = 112, NonUnit = 131, Unit = 132;

    private readonly LapackLibrary _library;
    private readonly BlockedKernels _blocked;

    /// <summary>Uses a loaded library, and our own code by these products for QR, whose columns would have to be turned for the library.</summary>
    public LapackKernels(LapackLibrary library, MatrixProduct product) => (_library, _blocked) = (library, new BlockedKernels(product));

    /// <inheritdoc/>
    public int FactorCholesky(Span<double> matrix, int size)
    {
        if (size < Least)
        {
            return DefiningKernels.Instance.FactorCholesky(matrix, size);
        }

        // by columns, the lower triangle of a symmetric matrix is the upper one, and A = UᵀU has U = Lᵀ instead of L
        byte triangle = (byte)'U';
        int failed;
        fixed (double* a = matrix)
        {
            _library.Cholesky(&triangle, &size, a, &size, &failed, 1);
        }

        return failed - 1;
    }

    /// <inheritdoc/>
    public void FactorLu(Span<double> matrix, Span<int> rows)
    {
        int size = rows.Length;
        if (size < LeastLu)
        {
            DefiningKernels.Instance.FactorLu(matrix, rows);
            return;
        }

        var columns = new double[matrix.Length];
        HouseholderQr.Transposed(matrix, size, size, columns);
        var exchanges = new int[size];
        int singular;
        fixed (double* a = columns)
        fixed (int* pivots = exchanges)
        {
            _library.Lu(&size, &size, a, &size, pivots, &singular);
        }

        HouseholderQr.Transposed(columns, size, size, matrix);
        for (int i = 0; i < size; i++)
        {
            rows[i] = i;
        }

        for (int i = 0; i < size; i++)
        {
            (rows[i], rows[exchanges[i] - 1]) = (rows[exchanges[i] - 1], rows[i]);
        }
    }

    /// <inheritdoc/>
    public void FactorQr(ReadOnlySpan<double> matrix, (int Rows, int Columns) size, Span<double> q, Span<double> r) => _blocked.FactorQr(matrix, size, q, r);

    /// <inheritdoc/>
    public void SolveTriangular(ReadOnlySpan<double> matrix, TriangularForm form, Span<double> x, int size)
    {
        int columns = size == 0 ? 0 : x.Length / size;
        if (size < Least || columns < 2)
        {
            DefiningKernels.Instance.SolveTriangular(matrix, form, x, size);
            return;
        }

        fixed (double* a = matrix, b = x)
        {
            _library.TriangularSolve(
                RowMajor, Left, form.Lower ? Lower : Upper, form.Transpose ? Transposed : AsStored, form.UnitDiagonal ? Unit : NonUnit, size, columns, 1, a,
                size, b, columns);
        }
    }

    /// <inheritdoc/>
    public (double[] Values, double[] VectorRows)? Eigen(double[] matrix, int size)
    {
        if (size < Least)
        {
            return DefiningKernels.Instance.Eigen(matrix, size);
        }

        var values = new double[size];
        var work = new double[1 + (6 * size) + (2 * size * size)];
        var indices = new int[3 + (5 * size)];
        (byte vectors, byte triangle) = ((byte)'V', (byte)'U');
        (int workLength, int indicesLength, int failed) = (work.Length, indices.Length, 0);
        fixed (double* a = matrix, w = values, workspace = work)
        fixed (int* integers = indices)
        {
            _library.Eigen(&vectors, &triangle, &size, a, &size, w, workspace, &workLength, integers, &indicesLength, &failed, 1, 1);
        }

        // vectors as columns by columns are vectors as rows by rows
        return failed == 0 ? (values, matrix) : null;
    }

    /// <inheritdoc/>
    public (double[] U, double[] Values, double[] Vt)? Svd(ReadOnlySpan<double> matrix, int rows, int columns)
    {
        int count = Math.Min(rows, columns);
        if (count < Least)
        {
            return DefiningKernels.Instance.Svd(matrix, rows, columns);
        }

        // by columns this is Aᵀ = V Σ Uᵀ, with n rows and m columns; and V by columns is Vᵀ by rows, Uᵀ by columns U by rows
        double[] copy = matrix.ToArray();
        (double[] u, double[] values, double[] vt) = (new double[rows * count], new double[count], new double[count * columns]);
        var indices = new int[8 * count];
        byte reduced = (byte)'S';
        (int ask, int failed, double best) = (-1, 0, 0);
        fixed (double* a = copy, left = u, w = values, right = vt)
        fixed (int* integers = indices)
        {
            _library.Svd(&reduced, &columns, &rows, a, &columns, w, right, &columns, left, &count, &best, &ask, integers, &failed, 1);
            int length = (int)best;
            fixed (double* workspace = new double[length])
            {
                _library.Svd(&reduced, &columns, &rows, a, &columns, w, right, &columns, left, &count, workspace, &length, integers, &failed, 1);
            }
        }

        return failed == 0 ? (u, values, vt) : null;
    }
}
