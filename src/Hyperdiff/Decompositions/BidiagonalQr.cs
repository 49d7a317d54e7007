using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>Singular values and vectors, reduced: reflections make a matrix bidiagonal, implicit QR iterations make that diagonal.</summary>
/// <remarks>
/// About 4mn² + 8n³ operations; singular values are accurate to rounding relative to the largest, and vectors orthonormal to rounding whatever the rank.
/// Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition, algorithms 5.4.2 and 8.6.2; the iteration without shift, which meets zeros without
/// ado: Demmel and Kahan (1990), "Accurate singular values of bidiagonal matrices", doi:10.1137/0911052, §3. Differs from these in that 1. vectors are held as
/// rows, so that every inner loop runs along memory, and 2. all neglect is relative to the largest element.
/// </remarks>
internal sealed class BidiagonalQr
{
    // convergence is cubic: two or three iterations per singular value are usual
    private const int MostIterationsPerValue = 30;

    private readonly int _length;
    private readonly int _count;
    private readonly double[] _diagonal;
    private readonly double[] _above;
    private readonly double[] _left;
    private readonly double[] _right;

    // for a matrix with at least as many rows (length) as columns (count)
    private BidiagonalQr(int length, int count)
    {
        (_length, _count) = (length, count);
        (_diagonal, _above) = (new double[count], new double[count]);
        (_left, _right) = (new double[count * length], new double[count * count]);
    }

    /// <summary>U <c>[m, k]</c>, σ <c>[k]</c> descending, Vᵀ <c>[k, n]</c> for k = min(m, n), row-major; null if an iteration did not converge.</summary>
    /// <param name="matrix"><c>[m, n]</c>, row-major.</param>
    /// <param name="rows">m.</param>
    /// <param name="columns">n.</param>
    public static (double[] U, double[] Values, double[] Vt)? Of(ReadOnlySpan<double> matrix, int rows, int columns)
    {
        // of a wide matrix the transpose is taken, whose columns are its rows
        bool tall = rows >= columns;
        var svd = new BidiagonalQr(Math.Max(rows, columns), Math.Min(rows, columns));
        double[] work = matrix.ToArray();
        if (tall)
        {
            HouseholderQr.Transposed(matrix, rows, columns, work);
        }

        svd.Bidiagonalize(work);
        if (!svd.Iterate())
        {
            return null;
        }

        (double[] left, double[] values, double[] right) = svd.Sorted();
        var u = new double[rows * svd._count];
        HouseholderQr.Transposed(tall ? left : right, svd._count, rows, u);
        return (u, values, tall ? right : left);
    }

    // columns are cleared below the diagonal, and rows right of the element beside it, in turn
    private void Bidiagonalize(double[] columns)
    {
        (int m, int n) = (_length, _count);
        var betas = new double[n];
        var rowBetas = new double[n];
        var rows = new double[n * n];
        var sum = new double[m];
        for (int k = 0; k < n; k++)
        {
            Span<double> column = columns.AsSpan((k * m) + k, m - k);
            _diagonal[k] = HouseholderQr.Reflector(column, out betas[k]);
            Span<double> row = rows.AsSpan((k * n) + k + 1, n - k - 1);
            for (int j = k + 1; j < n; j++)
            {
                HouseholderQr.Reflect(column, betas[k], columns.AsSpan((j * m) + k, m - k));
                row[j - k - 1] = columns[(j * m) + k];
            }

            if (row.IsEmpty)
            {
                continue;
            }

            // A ← A (I − β v vᵀ): every column takes its share of A v
            _above[k] = HouseholderQr.Reflector(row, out rowBetas[k]);
            Span<double> product = sum.AsSpan(k + 1);
            product.Clear();
            for (int j = 0; j < row.Length && rowBetas[k] != 0; j++)
            {
                TensorPrimitives.MultiplyAdd(columns.AsSpan(((k + 1 + j) * m) + k + 1, m - k - 1), row[j], product, product);
            }

            for (int j = 0; j < row.Length && rowBetas[k] != 0; j++)
            {
                Span<double> other = columns.AsSpan(((k + 1 + j) * m) + k + 1, m - k - 1);
                TensorPrimitives.MultiplyAdd(product, -rowBetas[k] * row[j], other, other);
            }
        }

        // the vectors are the products of the reflections, applied to unit vectors with the last reflection first
        for (int j = 0; j < n; j++)
        {
            (_left[(j * m) + j], _right[(j * n) + j]) = (1, 1);
            for (int k = j; k >= 0; k--)
            {
                HouseholderQr.Reflect(columns.AsSpan((k * m) + k, m - k), betas[k], _left.AsSpan((j * m) + k, m - k));
            }

            for (int k = j - 1; k >= 0; k--)
            {
                HouseholderQr.Reflect(rows.AsSpan((k * n) + k + 1, n - k - 1), rowBetas[k], _right.AsSpan((j * n) + k + 1, n - k - 1));
            }
        }
    }

    private bool Iterate()
    {
        double largest = 0;
        for (int k = 0; k < _count; k++)
        {
            largest = Math.Max(largest, Math.Max(Math.Abs(_diagonal[k]), Math.Abs(_above[k])));
        }

        double negligible = DType.Float64.Epsilon() / 2 * largest;
        int iterations = 0;
        for (int high = _count - 1; high > 0;)
        {
            int low = high;
            while (low > 0 && Math.Abs(_above[low - 1]) > negligible)
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

            double shift = Shift(high);
            bool hasZero = !_diagonal.AsSpan(low, high - low + 1).ToArray().All(d => Math.Abs(d) > negligible);
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
    private double Shift(int high)
    {
        (double a, double b, double c) = (Math.Abs(_diagonal[high - 1]), _above[high - 1], Math.Abs(_diagonal[high]));
        double larger = (double.Hypot(a + c, b) + double.Hypot(a - c, b)) / 2;
        return larger == 0 ? 0 : Math.Min(a, c) / larger * Math.Max(a, c);
    }

    // one QR step on BᵀB − σ²I without forming it: rotations from the right and from the left in turn chase an element down
    private void Step(int low, int high, double shift)
    {
        (double[] d, double[] e) = (_diagonal, _above);
        (double x, double z) = ((Math.Abs(d[low]) - shift) * (Math.Sign(d[low]) + (shift / d[low])), e[low]);
        for (int k = low; k < high; k++)
        {
            (double c, double s, double length) = Rotation(x, z);
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
        (double[] d, double[] e) = (_diagonal, _above);
        (double c, double leftC, double leftS) = (1, 1, 0);
        for (int k = low; k < high; k++)
        {
            (c, double s, double length) = Rotation(d[k] * c, e[k]);
            if (k > low)
            {
                e[k - 1] = leftS * length;
            }

            (leftC, leftS, d[k]) = Rotation(leftC * length, d[k + 1] * s);
            Rotate(_right, _count, k, c, s);
            Rotate(_left, _length, k, leftC, leftS);
        }

        double last = d[high] * c;
        (d[high], e[high - 1]) = (last * leftC, last * leftS);
    }

    private static (double C, double S, double Length) Rotation(double x, double z)
    {
        double length = double.Hypot(x, z);
        return length == 0 ? (1, 0, 0) : (x / length, z / length, length);
    }

    private static void Rotate(double[] rows, int length, int k, double c, double s) =>
        PlaneRotation.Apply(rows.AsSpan(k * length, length), rows.AsSpan((k + 1) * length, length), c, s);

    private (double[] Left, double[] Values, double[] Right) Sorted()
    {
        int[] order = [.. Enumerable.Range(0, _count).OrderByDescending(i => Math.Abs(_diagonal[i]))];
        (double[] left, double[] right) = (new double[_left.Length], new double[_right.Length]);
        for (int i = 0; i < _count; i++)
        {
            Span<double> longer = left.AsSpan(i * _length, _length);
            Span<double> shorter = right.AsSpan(i * _count, _count);
            _left.AsSpan(order[i] * _length, _length).CopyTo(longer);
            _right.AsSpan(order[i] * _count, _count).CopyTo(shorter);

            if (_diagonal[order[i]] < 0)
            {
                TensorPrimitives.Negate<double>(shorter, shorter);
            }
        }

        return (left, [.. order.Select(i => Math.Abs(_diagonal[i]))], right);
    }
}
