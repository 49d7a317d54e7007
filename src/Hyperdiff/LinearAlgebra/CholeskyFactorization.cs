namespace Hyperdiff;

/// <summary>A = L Lᵀ, for symmetric positive definite A. Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, algorithm 4.2.1.</summary>
internal sealed class CholeskyFactorization : Factorization
{
    private readonly double[,] _factor;

    private CholeskyFactorization(double[,] factor) => _factor = factor;

    /// <summary>Factors a matrix, of which only the lower triangle is read; null if it is not positive definite.</summary>
    public static CholeskyFactorization? Of(double[,] matrix)
    {
        int size = matrix.GetLength(0);
        var factor = new double[size, size];
        for (int column = 0; column < size; column++)
        {
            for (int row = column; row < size; row++)
            {
                double sum = matrix[row, column];
                for (int k = 0; k < column; k++)
                {
                    sum -= factor[row, k] * factor[column, k];
                }

                if (row == column && !(sum > 0))
                {
                    return null;
                }

                factor[row, column] = row == column ? Math.Sqrt(sum) : sum / factor[column, column];
            }
        }

        return new CholeskyFactorization(factor);
    }

    /// <inheritdoc/>
    public override double[] Solve(ReadOnlySpan<double> rightHandSide)
    {
        double[] x = rightHandSide.ToArray();
        for (int row = 0; row < x.Length; row++)
        {
            for (int column = 0; column < row; column++)
            {
                x[row] -= _factor[row, column] * x[column];
            }

            x[row] /= _factor[row, row];
        }

        for (int row = x.Length - 1; row >= 0; row--)
        {
            for (int column = row + 1; column < x.Length; column++)
            {
                x[row] -= _factor[column, row] * x[column];
            }

            x[row] /= _factor[row, row];
        }

        return x;
    }

    /// <inheritdoc/>
    public override double[] SolveTransposed(ReadOnlySpan<double> rightHandSide) => Solve(rightHandSide);
}
