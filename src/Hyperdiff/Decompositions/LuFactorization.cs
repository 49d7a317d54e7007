using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>P A = L U with partial pivoting, for any square A. Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, algorithm
/// 3.4.1.</summary>
/// <remarks>A column without any pivot but zero is passed over, so that the product of the pivots is the determinant of every matrix.</remarks>
internal sealed class LuFactorization : Factorization
{
    private static readonly TriangularForm s_lower = new(Lower: true, Transpose: false, UnitDiagonal: true);
    private static readonly TriangularForm s_upper = new(Lower: false, Transpose: false, UnitDiagonal: false);
    private readonly double[] _factors;
    private readonly int[] _rows;
    private readonly IMatrixKernels _kernels;

    private LuFactorization(double[] factors, int[] rows, IMatrixKernels kernels) => (_factors, _rows, _kernels) = (factors, rows, kernels);

    /// <inheritdoc/>
    public override int Size => _rows.Length;

    /// <summary>The sign of det A: 1, −1, or 0.</summary>
    public int DeterminantSign => Enumerable.Range(0, Size).Aggregate(Sign, (sign, k) => sign * Math.Sign(Pivot(k)));

    /// <summary>det P, 1 or −1: every cycle of the permutation is one exchange less than it has rows.</summary>
    public int Sign
    {
        get
        {
            int sign = 1;
            var seen = new bool[Size];
            for (int first = 0; first < Size; first++)
            {
                for (int row = first; !seen[row]; row = _rows[row])
                {
                    seen[row] = true;
                    sign = _rows[row] == first ? sign : -sign;
                }
            }

            return sign;
        }
    }

    /// <summary>The first pivot that is zero to rounding, so that the matrix is singular to working precision; −1 if there is none.</summary>
    public int SingularPivot
    {
        get
        {
            // no element of L is above 1: the sums of U's columns, which are walked along rows, bound the terms
            double[] bounds = new double[Size], absolute = new double[Size];
            for (int k = 0; k < Size; k++)
            {
                Span<double> row = absolute.AsSpan(k), sums = bounds.AsSpan(k);
                TensorPrimitives.Abs(_factors.AsSpan((k * Size) + k, Size - k), row);
                TensorPrimitives.Add(sums, row, sums);
                if (IsRounding(Pivot(k), bounds[k], k) && IsRounding(Pivot(k), Terms(k), k))
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
        LuFactorization factors = Of(RowMajor(matrix), matrix.GetLength(0), Kernels);
        return Enumerable.Range(0, factors.Size).Any(k => factors.Pivot(k) == 0) ? null : factors;
    }

    /// <summary>Factors a square matrix, which is overwritten, whether it is singular or not.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major.</param>
    /// <param name="size">n, the number of rows.</param>
    /// <param name="kernels">What does the work.</param>
    public static LuFactorization Of(double[] matrix, int size, IMatrixKernels kernels)
    {
        var rows = new int[size];
        kernels.FactorLu(matrix, rows);
        return new LuFactorization(matrix, rows, kernels);
    }

    /// <summary>Overwrites A with U and, below the diagonal, L.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major.</param>
    /// <param name="rows">Which row of A each row of P A is.</param>
    public static void Eliminate(Span<double> matrix, Span<int> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = i;
        }

        Eliminate(matrix, rows, (0, rows.Length), new double[rows.Length]);
    }

    /// <summary>Does so for some columns, within which alone rows are subtracted; what is right of them in their rows stays as it is. Rows are exchanged as a
    /// whole.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major; the columns before are done.</param>
    /// <param name="rows">Which row of A each row is.</param>
    /// <param name="columns">The first, and the one after the last.</param>
    /// <param name="swapped">Room for a row.</param>
    public static void Eliminate(Span<double> matrix, Span<int> rows, (int Start, int End) columns, Span<double> swapped)
    {
        int size = rows.Length;
        for (int k = columns.Start; k < columns.End; k++)
        {
            Span<double> row = matrix.Slice(k * size, size);
            int pivot = k;
            for (int i = k + 1; i < size; i++)
            {
                pivot = Math.Abs(matrix[(i * size) + k]) > Math.Abs(matrix[(pivot * size) + k]) ? i : pivot;
            }

            if (pivot != k)
            {
                Span<double> other = matrix.Slice(pivot * size, size);
                row.CopyTo(swapped);
                other.CopyTo(row);
                swapped.CopyTo(other);
                (rows[k], rows[pivot]) = (rows[pivot], rows[k]);
            }

            ReadOnlySpan<double> right = row[(k + 1)..columns.End];
            for (int i = k + 1; i < size && row[k] != 0; i++)
            {
                Span<double> below = matrix.Slice(i * size, size);
                below[k] /= row[k];
                Span<double> changed = below[(k + 1)..columns.End];
                TensorPrimitives.MultiplyAdd(right, -below[k], changed, changed);
            }
        }
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

        _kernels.SolveTriangular(_factors, s_lower, x, Size);
        _kernels.SolveTriangular(_factors, s_upper, x, Size);
    }

    /// <inheritdoc/>
    public override void SolveTransposed(Span<double> x, int columns)
    {
        // Aᵀ = Uᵀ Lᵀ P
        _kernels.SolveTriangular(_factors, s_upper with { Transpose = true }, x, Size);
        _kernels.SolveTriangular(_factors, s_lower with { Transpose = true }, x, Size);
        double[] permuted = x.ToArray();
        for (int i = 0; i < Size; i++)
        {
            permuted.AsSpan(i * columns, columns).CopyTo(x[(_rows[i] * columns)..]);
        }
    }

    // the sum of the absolute values of what a pivot was computed from
    private double Terms(int k)
    {
        double terms = Math.Abs(Pivot(k));
        for (int j = 0; j < k; j++)
        {
            terms += Math.Abs(_factors[(k * Size) + j] * _factors[(j * Size) + k]);
        }

        return terms;
    }
}
