namespace Hyperdiff.Decompositions;

/// <summary>A P = L U as <see cref="LuElimination"/> defines it, kept to solve with.</summary>
internal sealed class LuFactorization : Factorization
{
    private readonly double[] _factors;
    private readonly int[] _exchanges;
    private readonly IMatrixKernels<double> _kernels;

    private LuFactorization(double[] factors, int[] exchanges, IMatrixKernels<double> kernels) =>
        (_factors, _exchanges, _kernels) = (factors, exchanges, kernels);

    /// <inheritdoc/>
    public override int Size => _exchanges.Length;

    /// <summary>The sign of det A: 1, −1, or 0.</summary>
    public int DeterminantSign
    {
        get
        {
            int sign = LuElimination.Sign(_exchanges);
            for (int k = 0; k < Size; k++)
            {
                sign *= Math.Sign(Pivot(k));
            }

            return sign;
        }
    }

    /// <summary>Factors a square matrix; null if a pivot is zero.</summary>
    public static LuFactorization? Of(double[,] matrix)
    {
        LuFactorization factors = Of(RowMajor(matrix), matrix.GetLength(0), Kernels);
        for (int k = 0; k < factors.Size; k++)
        {
            if (factors.Pivot(k) == 0)
            {
                return null;
            }
        }

        return factors;
    }

    /// <summary>Factors a square matrix, which is overwritten, whether it is singular or not.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major.</param>
    /// <param name="size">n, the number of rows.</param>
    /// <param name="kernels">What does the work.</param>
    public static LuFactorization Of(double[] matrix, int size, IMatrixKernels<double> kernels)
    {
        var exchanges = new int[size];
        kernels.FactorLu(matrix, exchanges);
        return new LuFactorization(matrix, exchanges, kernels);
    }

    /// <inheritdoc/>
    public override void Solve(Span<double> x, int columns) => LuElimination.Solve<double>(_kernels, _factors, _exchanges, x, transposed: false);

    /// <inheritdoc/>
    public override void SolveTransposed(Span<double> x, int columns) => LuElimination.Solve<double>(_kernels, _factors, _exchanges, x, transposed: true);

    private double Pivot(int k) => _factors[(k * Size) + k];
}
