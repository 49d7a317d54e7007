using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>A = L Lᵀ, for symmetric positive definite A. Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, §4.2.5, by rows.</summary>
internal sealed class CholeskyFactorization : Factorization
{
    private static readonly TriangularForm s_lower = new(Lower: true, Transpose: false, UnitDiagonal: false);
    private readonly double[] _factor;

    private CholeskyFactorization(double[] factor, int size) => (_factor, Size) = (factor, size);

    /// <inheritdoc/>
    public override int Size { get; }

    /// <summary>Factors a matrix, of which only the lower triangle is read; null if it is not positive definite.</summary>
    public static CholeskyFactorization? Of(double[,] matrix)
    {
        double[] factor = RowMajor(matrix);
        int size = matrix.GetLength(0);
        return Kernels.FactorCholesky(factor, size) < 0 ? new CholeskyFactorization(factor, size) : null;
    }

    /// <summary>Overwrites the lower triangle of A with L; the upper one is left as it is.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major.</param>
    /// <param name="size">n, the number of rows.</param>
    /// <returns>The first pivot that is not positive; −1 if there is none. Rows from that pivot on are not computed.</returns>
    public static int Factor<T>(Span<T> matrix, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < size; i++)
        {
            Span<T> row = matrix.Slice(i * size, i + 1);
            for (int j = 0; j < i; j++)
            {
                ReadOnlySpan<T> other = matrix.Slice(j * size, j + 1);
                row[j] = (row[j] - TensorPrimitives.Dot<T>(row[..j], other[..j])) / other[j];
            }

            T pivot = row[i] - TensorPrimitives.SumOfSquares<T>(row[..i]);
            if (!(pivot > T.Zero))
            {
                return i;
            }

            row[i] = T.Sqrt(pivot);
        }

        return -1;
    }

    /// <summary>The first pivot that is zero to rounding, so that the matrix is singular to working precision; −1 if there is none.</summary>
    /// <param name="factor">L.</param>
    /// <param name="matrix">A, from whose diagonal the pivots were computed: the squares of a row of L add up to its element.</param>
    /// <param name="size">n, the number of rows.</param>
    public static int SingularPivot<T>(ReadOnlySpan<T> factor, ReadOnlySpan<T> matrix, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < size; i++)
        {
            T root = factor[(i * size) + i];
            if (IsRounding(root * root, matrix[(i * size) + i], i))
            {
                return i;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public override void Solve(Span<double> x, int columns)
    {
        TriangularSubstitution.Solve(_factor, s_lower, x, Size);
        TriangularSubstitution.Solve(_factor, s_lower with { Transpose = true }, x, Size);
    }

    /// <inheritdoc/>
    public override void SolveTransposed(Span<double> x, int columns) => Solve(x, columns);
}
