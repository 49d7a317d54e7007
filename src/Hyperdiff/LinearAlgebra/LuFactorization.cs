namespace Hyperdiff;

/// <summary>P A = L U with partial pivoting. Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, algorithm 3.4.1.</summary>
internal sealed class LuFactorization : Factorization
{
    private readonly double[,] _factors;
    private readonly int[] _rows;

    private LuFactorization(double[,] factors, int[] rows) => (_factors, _rows) = (factors, rows);

    /// <summary>Factors a square matrix, which is overwritten; null if a column has no pivot but zero.</summary>
    public static LuFactorization? Of(double[,] matrix)
    {
        int size = matrix.GetLength(0);
        int[] rows = [.. Enumerable.Range(0, size)];
        for (int k = 0; k < size; k++)
        {
            int pivot = Enumerable.Range(k, size - k).MaxBy(row => Math.Abs(matrix[row, k]));
            if (matrix[pivot, k] == 0)
            {
                return null;
            }

            for (int column = 0; column < size && pivot != k; column++)
            {
                (matrix[k, column], matrix[pivot, column]) = (matrix[pivot, column], matrix[k, column]);
            }

            (rows[k], rows[pivot]) = (rows[pivot], rows[k]);
            for (int row = k + 1; row < size; row++)
            {
                double factor = matrix[row, k] / matrix[k, k];
                matrix[row, k] = factor;
                for (int column = k + 1; column < size; column++)
                {
                    matrix[row, column] -= factor * matrix[k, column];
                }
            }
        }

        return new LuFactorization(matrix, rows);
    }

    /// <inheritdoc/>
    public override double[] Solve(ReadOnlySpan<double> rightHandSide)
    {
        var x = new double[_rows.Length];
        for (int row = 0; row < x.Length; row++)
        {
            x[row] = rightHandSide[_rows[row]];
            for (int column = 0; column < row; column++)
            {
                x[row] -= _factors[row, column] * x[column];
            }
        }

        for (int row = x.Length - 1; row >= 0; row--)
        {
            for (int column = row + 1; column < x.Length; column++)
            {
                x[row] -= _factors[row, column] * x[column];
            }

            x[row] /= _factors[row, row];
        }

        return x;
    }

    /// <inheritdoc/>
    public override double[] SolveTransposed(ReadOnlySpan<double> rightHandSide)
    {
        // Aᵀ = Uᵀ Lᵀ P
        double[] y = rightHandSide.ToArray();
        for (int row = 0; row < y.Length; row++)
        {
            for (int column = 0; column < row; column++)
            {
                y[row] -= _factors[column, row] * y[column];
            }

            y[row] /= _factors[row, row];
        }

        for (int row = y.Length - 1; row >= 0; row--)
        {
            for (int column = row + 1; column < y.Length; column++)
            {
                y[row] -= _factors[column, row] * y[column];
            }
        }

        var x = new double[y.Length];
        for (int row = 0; row < y.Length; row++)
        {
            x[_rows[row]] = y[row];
        }

        return x;
    }
}
