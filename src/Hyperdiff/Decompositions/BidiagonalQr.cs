using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>Singular values and vectors, reduced: reflections make a matrix bidiagonal, implicit QR iterations make that diagonal.</summary>
/// <remarks>
/// About 4mn² + 8n³ operations; singular values are accurate to rounding relative to the largest, and vectors orthonormal to rounding whatever the rank.
/// Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, algorithms 5.4.2 and 8.6.2; the iteration without shift, which meets zeros without
/// ado: Demmel and Kahan (1990), "Accurate singular values of bidiagonal matrices", doi:10.1137/0911052, §3. Differs from these in that 1. vectors are held as
/// rows, so that every inner loop runs along memory, and 2. all neglect is relative to the largest element.
/// </remarks>
/// <typeparam name="T">What is computed in.</typeparam>
internal sealed class BidiagonalQr<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int _length;
    private readonly int _count;
    private readonly double[] _diagonal;
    private readonly double[] _above;
    private readonly T[] _left;
    private readonly T[] _right;

    // for a matrix with at least as many rows (length) as columns (count)
    private BidiagonalQr(int length, int count)
    {
        (_length, _count) = (length, count);
        (_diagonal, _above) = (new double[count], new double[count]);
        (_left, _right) = (new T[count * length], new T[count * count]);
    }

    /// <inheritdoc cref="IMatrixKernels{T}.Svd"/>
    public static bool Of(ReadOnlySpan<T> matrix, Span<T> u, Span<T> values, Span<T> vt)
    {
        if (values.IsEmpty)
        {
            return true;
        }

        // of a wide matrix the transpose is taken, whose columns are its rows
        int rows = u.Length / values.Length, columns = vt.Length / values.Length;
        bool tall = rows >= columns;
        var svd = new BidiagonalQr<T>(Math.Max(rows, columns), Math.Min(rows, columns));
        T[] work = matrix.ToArray();
        if (tall)
        {
            HouseholderQr.Transposed<T>(matrix, rows, columns, work);
        }

        svd.Bidiagonalize(work);
        var iteration = new BidiagonalIteration(
            (svd._diagonal, svd._above), new RowRotations<T>(svd._left, svd._length), new RowRotations<T>(svd._right, svd._count));
        if (!iteration.Iterate(double.CreateChecked(Factorization.Unit<T>())))
        {
            return false;
        }

        (T[] left, T[] right) = svd.Sorted(values);
        HouseholderQr.Transposed<T>(tall ? left : right, values.Length, rows, u);
        (tall ? right : left).CopyTo(vt);
        return true;
    }

    // columns are cleared below the diagonal, and rows right of the element beside it, in turn
    private void Bidiagonalize(T[] columns)
    {
        (int m, int n) = (_length, _count);
        var betas = new T[n];
        var rowBetas = new T[n];
        var rows = new T[n * n];
        var sum = new T[m];
        for (int k = 0; k < n; k++)
        {
            Span<T> column = columns.AsSpan((k * m) + k, m - k);
            _diagonal[k] = double.CreateChecked(HouseholderQr.Reflector(column, out betas[k]));
            Span<T> row = rows.AsSpan((k * n) + k + 1, n - k - 1);
            for (int j = k + 1; j < n; j++)
            {
                HouseholderQr.Reflect<T>(column, betas[k], columns.AsSpan((j * m) + k, m - k));
                row[j - k - 1] = columns[(j * m) + k];
            }

            if (row.IsEmpty)
            {
                continue;
            }

            // A ← A (I − β v vᵀ): every column takes its share of A v
            _above[k] = double.CreateChecked(HouseholderQr.Reflector(row, out rowBetas[k]));
            Span<T> product = sum.AsSpan(k + 1);
            product.Clear();
            for (int j = 0; j < row.Length && rowBetas[k] != T.Zero; j++)
            {
                TensorPrimitives.MultiplyAdd(columns.AsSpan(((k + 1 + j) * m) + k + 1, m - k - 1), row[j], product, product);
            }

            for (int j = 0; j < row.Length && rowBetas[k] != T.Zero; j++)
            {
                Span<T> other = columns.AsSpan(((k + 1 + j) * m) + k + 1, m - k - 1);
                TensorPrimitives.MultiplyAdd(product, -rowBetas[k] * row[j], other, other);
            }
        }

        // the vectors are the products of the reflections, applied to unit vectors with the last reflection first
        for (int j = 0; j < n; j++)
        {
            (_left[(j * m) + j], _right[(j * n) + j]) = (T.One, T.One);
            for (int k = j; k >= 0; k--)
            {
                HouseholderQr.Reflect<T>(columns.AsSpan((k * m) + k, m - k), betas[k], _left.AsSpan((j * m) + k, m - k));
            }

            for (int k = j - 1; k >= 0; k--)
            {
                HouseholderQr.Reflect<T>(rows.AsSpan((k * n) + k + 1, n - k - 1), rowBetas[k], _right.AsSpan((j * n) + k + 1, n - k - 1));
            }
        }
    }

    private (T[] Left, T[] Right) Sorted(Span<T> values)
    {
        int[] order = [.. Enumerable.Range(0, _count).OrderByDescending(i => Math.Abs(_diagonal[i]))];
        (T[] left, T[] right) = (new T[_left.Length], new T[_right.Length]);
        for (int i = 0; i < _count; i++)
        {
            values[i] = T.CreateChecked(Math.Abs(_diagonal[order[i]]));
            Span<T> longer = left.AsSpan(i * _length, _length);
            Span<T> shorter = right.AsSpan(i * _count, _count);
            _left.AsSpan(order[i] * _length, _length).CopyTo(longer);
            _right.AsSpan(order[i] * _count, _count).CopyTo(shorter);

            if (_diagonal[order[i]] < 0)
            {
                TensorPrimitives.Negate<T>(shorter, shorter);
            }
        }

        return (left, right);
    }
}
