using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>A P = L U with a unit upper triangular U, for any square A: elimination with partial pivoting, of columns. It is that of the transposed matrix by
/// rows, and so what a library with matrices by columns computes of ours. Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, algorithm
/// 3.4.1.</summary>
/// <remarks>A row without any pivot but zero is passed over, so that the product of the pivots is the determinant of every matrix, up to the sign of
/// P.</remarks>
internal static class LuElimination
{
    private static readonly TriangularForm s_lower = new(Lower: true, Transpose: false, UnitDiagonal: false);
    private static readonly TriangularForm s_upper = new(Lower: false, Transpose: false, UnitDiagonal: true);

    /// <summary>Overwrites A with L and, above the diagonal, U.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major.</param>
    /// <param name="exchanges">Which column each was exchanged with, one after the other.</param>
    public static void Eliminate<T>(Span<T> matrix, Span<int> exchanges)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Eliminate(matrix, exchanges, (0, exchanges.Length));

    /// <summary>Does so for some rows, within which alone columns are exchanged.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major; what the rows before contribute to these is subtracted.</param>
    /// <param name="exchanges">Which column each was exchanged with.</param>
    /// <param name="rows">The first, and the one after the last.</param>
    public static void Eliminate<T>(Span<T> matrix, Span<int> exchanges, (int Start, int End) rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = exchanges.Length;
        for (int k = rows.Start; k < rows.End; k++)
        {
            Span<T> row = matrix.Slice(k * size, size);
            int pivot = k + TensorPrimitives.IndexOfMaxMagnitude<T>(row[k..]);
            exchanges[k] = pivot;
            for (int i = rows.Start; i < rows.End && pivot != k; i++)
            {
                Span<T> changed = matrix.Slice(i * size, size);
                (changed[k], changed[pivot]) = (changed[pivot], changed[k]);
            }

            if (row[k] == T.Zero)
            {
                continue;
            }

            Span<T> right = row[(k + 1)..];
            TensorPrimitives.Divide(right, row[k], right);
            for (int i = k + 1; i < rows.End; i++)
            {
                Span<T> changed = matrix.Slice((i * size) + k + 1, size - k - 1);
                TensorPrimitives.MultiplyAdd(right, -matrix[(i * size) + k], changed, changed);
            }
        }
    }

    /// <summary>det P, 1 or −1.</summary>
    public static int Sign(ReadOnlySpan<int> exchanges)
    {
        int sign = 1;
        for (int k = 0; k < exchanges.Length; k++)
        {
            sign = exchanges[k] == k ? sign : -sign;
        }

        return sign;
    }

    /// <summary>The first pivot that is zero to rounding, so that the matrix is singular to working precision; −1 if there is none.</summary>
    /// <param name="factors">L and U, <c>[n, n]</c>.</param>
    /// <param name="size">n.</param>
    public static int SingularPivot<T>(ReadOnlySpan<T> factors, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int k = 0; k < size; k++)
        {
            // no element of U is above 1: the sum of L's row bounds the terms of the pivot
            T pivot = factors[(k * size) + k];
            if (Factorization.IsRounding(pivot, TensorPrimitives.SumOfMagnitudes(factors.Slice(k * size, k + 1)), k)
                && Factorization.IsRounding(pivot, Terms(factors, size, k), k))
            {
                return k;
            }
        }

        return -1;
    }

    /// <summary>X ← A⁻¹ X, or A⁻ᵀ X. No pivot is zero.</summary>
    /// <param name="kernels">What solves with triangles.</param>
    /// <param name="factors">L and U, <c>[n, n]</c>.</param>
    /// <param name="exchanges">Those of columns.</param>
    /// <param name="x"><c>[n, columns]</c>, row-major.</param>
    /// <param name="transposed">Whether it is A⁻ᵀ X.</param>
    public static void Solve<T>(IMatrixKernels<T> kernels, ReadOnlySpan<T> factors, ReadOnlySpan<int> exchanges, Span<T> x, bool transposed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int size = exchanges.Length;
        if (transposed)
        {
            // Aᵀ = P Uᵀ Lᵀ, and Pᵀ exchanges the first first
            for (int k = 0; k < size; k++)
            {
                Exchange(x, k, exchanges[k], size);
            }

            kernels.SolveTriangular(factors, s_upper with { Transpose = true }, x, size);
            kernels.SolveTriangular(factors, s_lower with { Transpose = true }, x, size);
            return;
        }

        kernels.SolveTriangular(factors, s_lower, x, size);
        kernels.SolveTriangular(factors, s_upper, x, size);
        for (int k = size - 1; k >= 0; k--)
        {
            Exchange(x, k, exchanges[k], size);
        }
    }

    // the sum of the absolute values of what a pivot was computed from
    private static T Terms<T>(ReadOnlySpan<T> factors, int size, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T terms = T.Abs(factors[(k * size) + k]);
        for (int j = 0; j < k; j++)
        {
            terms += T.Abs(factors[(k * size) + j] * factors[(j * size) + k]);
        }

        return terms;
    }

    private static void Exchange<T>(Span<T> x, int first, int second, int size)
        where T : unmanaged
    {
        int columns = x.Length / size;
        for (int j = 0; j < columns && first != second; j++)
        {
            (x[(first * columns) + j], x[(second * columns) + j]) = (x[(second * columns) + j], x[(first * columns) + j]);
        }
    }
}
