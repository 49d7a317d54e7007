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
    // convergence is cubic: two or three iterations per singular value are usual
    private const int MostIterationsPerValue = 30;

    private static readonly T s_two = T.One + T.One;

    private readonly int _length;
    private readonly int _count;
    private readonly T[] _diagonal;
    private readonly T[] _above;
    private readonly T[] _left;
    private readonly T[] _right;

    // for a matrix with at least as many rows (length) as columns (count)
    private BidiagonalQr(int length, int count)
    {
        (_length, _count) = (length, count);
        (_diagonal, _above) = (new T[count], new T[count]);
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
        if (!svd.Iterate())
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
            _diagonal[k] = HouseholderQr.Reflector(column, out betas[k]);
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
            _above[k] = HouseholderQr.Reflector(row, out rowBetas[k]);
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

    private bool Iterate()
    {
        T largest = T.Zero;
        for (int k = 0; k < _count; k++)
        {
            largest = T.Max(largest, T.Max(T.Abs(_diagonal[k]), T.Abs(_above[k])));
        }

        T negligible = Factorization.Unit<T>() / s_two * largest;
        int iterations = 0;
        for (int high = _count - 1; high > 0;)
        {
            int low = high;
            while (low > 0 && T.Abs(_above[low - 1]) > negligible)
            {
                low--;
            }

            if (low == high)
            {
                high--;
                continue;
            }

            if (++iterations > MostIterationsPerValue * _count)
            {
                return false;
            }

            T shift = Shift(high);
            bool hasZero = !_diagonal.AsSpan(low, high - low + 1).ToArray().All(d => T.Abs(d) > negligible);
            if (hasZero || shift <= negligible)
            {
                StepUnshifted(low, high);
            }
            else
            {
                Step(low, high, shift);
            }
        }

        return true;
    }

    // the smaller singular value of the last two rows and columns
    private T Shift(int high)
    {
        (T a, T b, T c) = (T.Abs(_diagonal[high - 1]), _above[high - 1], T.Abs(_diagonal[high]));
        T larger = (T.Hypot(a + c, b) + T.Hypot(a - c, b)) / s_two;
        return larger == T.Zero ? T.Zero : T.Min(a, c) / larger * T.Max(a, c);
    }

    // one QR step on BᵀB − σ²I without forming it: rotations from the right and from the left in turn chase an element down
    private void Step(int low, int high, T shift)
    {
        (T[] d, T[] e) = (_diagonal, _above);
        (T x, T z) = ((T.Abs(d[low]) - shift) * (T.CreateChecked(T.Sign(d[low])) + (shift / d[low])), e[low]);
        for (int k = low; k < high; k++)
        {
            (T c, T s, T length) = Rotation(x, z);
            if (k > low)
            {
                e[k - 1] = length;
            }

            (x, e[k]) = ((c * d[k]) + (s * e[k]), (c * e[k]) - (s * d[k]));
            (z, d[k + 1]) = (s * d[k + 1], c * d[k + 1]);
            Rotate(_right, _count, k, c, s);

            (c, s, d[k]) = Rotation(x, z);
            (x, d[k + 1]) = ((c * e[k]) + (s * d[k + 1]), (c * d[k + 1]) - (s * e[k]));
            e[k] = x;
            if (k < high - 1)
            {
                (z, e[k + 1]) = (s * e[k + 1], c * e[k + 1]);
            }

            Rotate(_left, _length, k, c, s);
        }
    }

    // the same for σ = 0, where the two rotations share their cosines; a zero on the diagonal makes the last row and column split off at once
    private void StepUnshifted(int low, int high)
    {
        (T[] d, T[] e) = (_diagonal, _above);
        (T c, T leftC, T leftS) = (T.One, T.One, T.Zero);
        for (int k = low; k < high; k++)
        {
            (c, T s, T length) = Rotation(d[k] * c, e[k]);
            if (k > low)
            {
                e[k - 1] = leftS * length;
            }

            (leftC, leftS, d[k]) = Rotation(leftC * length, d[k + 1] * s);
            Rotate(_right, _count, k, c, s);
            Rotate(_left, _length, k, leftC, leftS);
        }

        T last = d[high] * c;
        (d[high], e[high - 1]) = (last * leftC, last * leftS);
    }

    private static (T C, T S, T Length) Rotation(T x, T z)
    {
        T length = T.Hypot(x, z);
        return length == T.Zero ? (T.One, T.Zero, T.Zero) : (x / length, z / length, length);
    }

    private static void Rotate(T[] rows, int length, int k, T c, T s) =>
        PlaneRotation.Apply(rows.AsSpan(k * length, length), rows.AsSpan((k + 1) * length, length), c, s);

    private (T[] Left, T[] Right) Sorted(Span<T> values)
    {
        int[] order = [.. Enumerable.Range(0, _count).OrderByDescending(i => T.Abs(_diagonal[i]))];
        (T[] left, T[] right) = (new T[_left.Length], new T[_right.Length]);
        for (int i = 0; i < _count; i++)
        {
            values[i] = T.Abs(_diagonal[order[i]]);
            Span<T> longer = left.AsSpan(i * _length, _length);
            Span<T> shorter = right.AsSpan(i * _count, _count);
            _left.AsSpan(order[i] * _length, _length).CopyTo(longer);
            _right.AsSpan(order[i] * _count, _count).CopyTo(shorter);

            if (_diagonal[order[i]] < T.Zero)
            {
                TensorPrimitives.Negate<T>(shorter, shorter);
            }
        }

        return (left, right);
    }
}
