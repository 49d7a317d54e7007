using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>Eigenvalues and eigenvectors of a symmetric matrix: reflections make it tridiagonal, implicit QR iterations make that diagonal.</summary>
/// <remarks>
/// About 9 n³ operations; eigenvalues are accurate to rounding relative to the largest. Source: Golub and Van Loan (2013), "Matrix Computations", 4th edition,
/// algorithms 8.3.1, 8.3.2 and 8.3.3. Differs from the source in that vectors are held as rows, so that every inner loop runs along memory.
/// </remarks>
/// <typeparam name="T">What is computed in.</typeparam>
internal sealed class SymmetricQr<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The shift makes convergence cubic: two or three iterations per eigenvalue are usual. The same limit as LAPACK's dsteqr.
    private const int MostIterationsPerValue = 30;

    private static readonly T s_two = T.One + T.One;

    private readonly int _size;
    private readonly T[] _diagonal;
    private readonly T[] _beside;
    private readonly T[] _vectors;

    private SymmetricQr(int size) => (_size, _diagonal, _beside, _vectors) = (size, new T[size], new T[size], new T[size * size]);

    /// <inheritdoc cref="IMatrixKernels{T}.Eigen"/>
    public static bool Of(Span<T> matrix, Span<T> values)
    {
        var eigen = new SymmetricQr<T>(values.Length);
        eigen.Tridiagonalize(matrix);
        if (!eigen.Iterate())
        {
            return false;
        }

        eigen.Sort(matrix, values);
        return true;
    }

    // A ← H A H for reflections H that clear one column after the other; the vectors become the rows of (H₀ H₁ …)ᵀ
    private void Tridiagonalize(Span<T> a)
    {
        int n = _size;
        Mirror(a, n);
        var betas = new T[n];
        for (int k = 0; k < n - 1; k++)
        {
            int rest = n - k - 1;
            Span<T> v = a.Slice((k * n) + k + 1, rest);
            _diagonal[k] = a[(k * n) + k];
            _beside[k] = HouseholderQr.Reflector(v, out betas[k]);
            if (betas[k] == T.Zero)
            {
                continue;
            }

            // w = p − (β/2)(pᵀv) v with p = β A v, and A ← A − v wᵀ − w vᵀ
            T[] w = new T[rest];
            for (int i = 0; i < rest; i++)
            {
                w[i] = betas[k] * TensorPrimitives.Dot<T>(a.Slice(((k + 1 + i) * n) + k + 1, rest), v);
            }

            TensorPrimitives.MultiplyAdd(v, -betas[k] / s_two * TensorPrimitives.Dot<T>(w, v), w, w);
            for (int i = 0; i < rest; i++)
            {
                Span<T> row = a.Slice(((k + 1 + i) * n) + k + 1, rest);
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
            Span<T> row = _vectors.AsSpan(j * n, n);
            row[j] = T.One;
            for (int k = Math.Min(j, n - 1) - 1; k >= 0; k--)
            {
                HouseholderQr.Reflect<T>(a.Slice((k * n) + k + 1, n - k - 1), betas[k], row[(k + 1)..]);
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
                _beside[high - 1] = T.Zero;
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
                _beside[low - 1] = T.Zero;
            }

            Step(low, high);
            if (++iterations > MostIterationsPerValue * _size)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsSplit(int k) => T.Abs(_beside[k]) <= Factorization.Unit<T>() / s_two * (T.Abs(_diagonal[k]) + T.Abs(_diagonal[k + 1]));

    // one QR step with Wilkinson's shift on the rows from low to high: the rotations chase an element off the tridiagonal down to its end
    private void Step(int low, int high)
    {
        (T[] d, T[] e) = (_diagonal, _beside);
        T half = (d[high - 1] - d[high]) / s_two;
        T shift = d[high] - (e[high - 1] / (half + T.CopySign(T.Hypot(half, e[high - 1]), half)) * e[high - 1]);
        (T x, T z) = (d[low] - shift, e[low]);
        for (int k = low; k < high; k++)
        {
            T length = T.Hypot(x, z);
            (T c, T s) = length == T.Zero ? (T.One, T.Zero) : (x / length, z / length);
            if (k > low)
            {
                e[k - 1] = length;
            }

            (T p, T q, T r) = (d[k], e[k], d[k + 1]);
            T moved = s * ((s_two * c * q) + (s * (r - p)));
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

    private void Sort(Span<T> rows, Span<T> values)
    {
        int[] order = [.. Enumerable.Range(0, _size).OrderBy(i => _diagonal[i])];
        for (int i = 0; i < _size; i++)
        {
            values[i] = _diagonal[order[i]];
            _vectors.AsSpan(order[i] * _size, _size).CopyTo(rows[(i * _size)..]);
        }
    }

    private static void Mirror(Span<T> matrix, int size)
    {
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < i; j++)
            {
                matrix[(j * size) + i] = matrix[(i * size) + j];
            }
        }
    }
}
