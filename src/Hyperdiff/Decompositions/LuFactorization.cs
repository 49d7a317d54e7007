using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>P A = L U with partial pivoting, for any square A. Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, algorithm 3.4.1.</summary>
/// <remarks>A column without any pivot but zero is passed over, so that the product of the pivots is the determinant of every matrix.</remarks>
internal sealed class LuFactorization : Factorization
{
    private static readonly TriangularForm s_lower = new(Lower: true, Transpose: false, UnitDiagonal: true);
    private static readonly TriangularForm s_upper = new(Lower: false, Transpose: false, UnitDiagonal: false);
    private readonly double[] _factors;
    private readonly int[] _rows;

    private LuFactorization(double[] factors, int[] rows, int sign) => (_factors, _rows, Sign) = (factors, rows, sign);

    /// <inheritdoc/>
    public override int Size => _rows.Length;

    /// <summary>det P: 1 or −1.</summary>
    public int Sign { get; }

    /// <summary>The sign of det A: 1, −1, or 0.</summary>
    public int DeterminantSign => Enumerable.Range(0, Size).Aggregate(Sign, (sign, k) => sign * Math.Sign(Pivot(k)));

    /// <summary>The first pivot that is zero to rounding, so that the matrix is singular to working precision; −1 if there is none.</summary>
    public int SingularPivot
    {
        get
        {
            for (int k = 0; k < Size; k++)
            {
                double terms = Math.Abs(Pivot(k));
                for (int j = 0; j < k; j++)
                {
                    terms += Math.Abs(_factors[(k * Size) + j] * _factors[(j * Size) + k]);
                }

                if (IsRounding(Pivot(k), terms, k))
                {
                    return k;
                }
            }

            return -1;
        }
    }

    /// <summary>Factors a square matrix; null if a pivot is zero.</summary>
    public static LuFactorization? Of(double[,] matrix)
    {
        LuFactorization factors = Of(RowMajor(matrix), matrix.GetLength(0));
        return Enumerable.Range(0, factors.Size).Any(k => factors.Pivot(k) == 0) ? null : factors;
    }

    /// <summary>Factors a square matrix, which is overwritten, whether it is singular or not.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major.</param>
    /// <param name="size">n.</param>
    public static LuFactorization Of(double[] matrix, int size)
    {
        int[] rows = [.. Enumerable.Range(0, size)];
        int sign = 1;
        var swapped = new double[size];
        for (int k = 0; k < size; k++)
        {
            Span<double> row = matrix.AsSpan(k * size, size);
            int pivot = k;
            for (int i = k + 1; i < size; i++)
            {
                pivot = Math.Abs(matrix[(i * size) + k]) > Math.Abs(matrix[(pivot * size) + k]) ? i : pivot;
            }

            if (pivot != k)
            {
                Span<double> other = matrix.AsSpan(pivot * size, size);
                row.CopyTo(swapped);
                other.CopyTo(row);
                swapped.CopyTo(other);
                (rows[k], rows[pivot]) = (rows[pivot], rows[k]);
                sign = -sign;
            }

            for (int i = k + 1; i < size && row[k] != 0; i++)
            {
                Span<double> below = matrix.AsSpan(i * size, size);
                below[k] /= row[k];
                TensorPrimitives.MultiplyAdd(row[(k + 1)..], -below[k], below[(k + 1)..], below[(k + 1)..]);
            }
        }

        return new LuFactorization(matrix, rows, sign);
    }

    /// <summary>u_kk.</summary>
    public double Pivot(int k) => _factors[(k * Size) + k];

    /// <inheritdoc/>
    public override void Solve(Span<double> x, int columns)
    {
        double[] given = x.ToArray();
        for (int i = 0; i < Size; i++)
        {
            given.AsSpan(_rows[i] * columns, columns).CopyTo(x[(i * columns)..]);
        }

        TriangularSubstitution.Solve(_factors, s_lower, x, Size);
        TriangularSubstitution.Solve(_factors, s_upper, x, Size);
    }

    /// <inheritdoc/>
    public override void SolveTransposed(Span<double> x, int columns)
    {
        // Aᵀ = Uᵀ Lᵀ P
        TriangularSubstitution.Solve(_factors, s_upper with { Transpose = true }, x, Size);
        TriangularSubstitution.Solve(_factors, s_lower with { Transpose = true }, x, Size);
        double[] permuted = x.ToArray();
        for (int i = 0; i < Size; i++)
        {
            permuted.AsSpan(i * columns, columns).CopyTo(x[(_rows[i] * columns)..]);
        }
    }
}
