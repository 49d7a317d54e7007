using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix: reflections make it tridiagonal, implicit QR iterations make that diagonal.</summary>
/// <remarks>
/// About 9 n³ operations; eigenvalues are accurate to rounding relative to the largest. Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition,
/// algorithms 8.3.1, 8.3.2 and 8.3.3. Differs from the source in that vectors are held as rows, so that every inner loop runs along memory.
/// </remarks>
internal sealed class SymmetricQr
{
    // The shift makes convergence cubic: two or three iterations per eigenvalue are usual. The same limit as LAPACK's dsteqr.
    private const int MostIterationsPerValue = 30;

    private readonly int _size;
    private readonly double[] _diagonal;
    private readonly double[] _beside;
    private readonly double[] _vectors;

    private SymmetricQr(int size) => (_size, _diagonal, _beside, _vectors) = (size, new double[size], new double[size], new double[size * size]);

    /// <summary>The eigenvalues, ascending, and the eigenvectors as rows; null if an iteration did not converge.</summary>
    /// <param name="matrix"><c>[n, n]</c>, symmetric, both triangles; overwritten.</param>
    /// <param name="size">n, the number of rows.</param>
    public static (double[] Values, double[] VectorRows)? Of(double[] matrix, int size)
    {
        var eigen = new SymmetricQr(size);
        eigen.Tridiagonalize(matrix);
        return eigen.Iterate() ? eigen.Sorted() : null;
    }

    // A ← H A H for reflections H that clear one column after the other; the vectors become the rows of (H₀ H₁ …)ᵀ
    private void Tridiagonalize(double[] a)
    {
        int n = _size;
        var betas = new double[n];
        for (int k = 0; k < n - 1; k++)
        {
            int rest = n - k - 1;
            Span<double> v = a.AsSpan((k * n) + k + 1, rest);
            _diagonal[k] = a[(k * n) + k];
            _beside[k] = HouseholderQr.Reflector(v, out betas[k]);
            if (betas[k] == 0)
            {
                continue;
            }

            // w = p − (β/2)(pᵀv) v with p = β A v, and A ← A − v wᵀ − w vᵀ
            double[] w = new double[rest];
            for (int i = 0; i < rest; i++)
            {
                w[i] = betas[k] * TensorPrimitives.Dot(a.AsSpan(((k + 1 + i) * n) + k + 1, rest), v);
            }

            TensorPrimitives.MultiplyAdd(v, -betas[k] / 2 * TensorPrimitives.Dot<double>(w, v), w, w);
            for (int i = 0; i < rest; i++)
            {
                Span<double> row = a.AsSpan(((k + 1 + i) * n) + k + 1, rest);
                TensorPrimitives.MultiplyAdd(w, -v[i], row, row);
                TensorPrimitives.MultiplyAdd(v, -w[i], row, row);
            }
        }

        if (n > 0)
        {
            _diagonal[n - 1] = a[^1];
        }

        // row j of the transposed product is (H₀ H₁ …) eⱼ
        for (int j = 0; j < n; j++)
        {
            Span<double> row = _vectors.AsSpan(j * n, n);
            row[j] = 1;
            for (int k = Math.Min(j, n - 1) - 1; k >= 0; k--)
            {
                HouseholderQr.Reflect(a.AsSpan((k * n) + k + 1, n - k - 1), betas[k], row[(k + 1)..]);
            }
        }
    }

    private bool Iterate()
    {
        int iterations = 0;
        for (int high = _size - 1; high > 0;)
        {
            if (IsSplit(high - 1))
            {
                _beside[high - 1] = 0;
                high--;
                continue;
            }

            int low = high - 1;
            while (low > 0 && !IsSplit(low - 1))
            {
                low--;
            }

            if (low > 0)
            {
                _beside[low - 1] = 0;
            }

            Step(low, high);
            if (++iterations > MostIterationsPerValue * _size)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsSplit(int k) => Math.Abs(_beside[k]) <= DType.Float64.Epsilon() / 2 * (Math.Abs(_diagonal[k]) + Math.Abs(_diagonal[k + 1]));

    // one QR step with Wilkinson's shift on the rows from low to high: the rotations chase an element off the tridiagonal down to its end
    private void Step(int low, int high)
    {
        (double[] d, double[] e) = (_diagonal, _beside);
        double half = (d[high - 1] - d[high]) / 2;
        double shift = d[high] - (e[high - 1] / (half + Math.CopySign(double.Hypot(half, e[high - 1]), half)) * e[high - 1]);
        (double x, double z) = (d[low] - shift, e[low]);
        for (int k = low; k < high; k++)
        {
            double length = double.Hypot(x, z);
            (double c, double s) = length == 0 ? (1, 0) : (x / length, z / length);
            if (k > low)
            {
                e[k - 1] = length;
            }

            (double p, double q, double r) = (d[k], e[k], d[k + 1]);
            double moved = s * ((2 * c * q) + (s * (r - p)));
            (d[k], d[k + 1]) = (p + moved, r - moved);
            e[k] = (c * s * (r - p)) + ((c - s) * (c + s) * q);
            if (k < high - 1)
            {
                (x, z) = (e[k], s * e[k + 1]);
                e[k + 1] *= c;
            }

            PlaneRotation.Apply(_vectors.AsSpan(k * _size, _size), _vectors.AsSpan((k + 1) * _size, _size), c, s);
        }
    }

    private (double[] Values, double[] VectorRows) Sorted()
    {
        int[] order = [.. Enumerable.Range(0, _size).OrderBy(i => _diagonal[i])];
        var rows = new double[_vectors.Length];
        for (int i = 0; i < _size; i++)
        {
            _vectors.AsSpan(order[i] * _size, _size).CopyTo(rows.AsSpan(i * _size));
        }

        return ([.. order.Select(i => _diagonal[i])], rows);
    }
}
