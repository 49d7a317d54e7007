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
    private static readonly T s_two = T.One + T.One;

    private readonly int _size;
    private readonly double[] _diagonal;
    private readonly double[] _beside;
    private readonly T[] _vectors;

    private SymmetricQr(int size) => (_size, _diagonal, _beside, _vectors) = (size, new double[size], new double[size], new T[size * size]);

    /// <inheritdoc cref="IMatrixKernels{T}.Eigen"/>
    public static bool Of(Span<T> matrix, Span<T> values)
    {
        var eigen = new SymmetricQr<T>(values.Length);
        eigen.Tridiagonalize(matrix);
        var iteration = new TridiagonalIteration(eigen._diagonal, eigen._beside, new RowRotations<T>(eigen._vectors, values.Length));
        if (!iteration.Iterate(double.CreateChecked(Factorization.Unit<T>())))
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
            _diagonal[k] = double.CreateChecked(a[(k * n) + k]);
            _beside[k] = double.CreateChecked(HouseholderQr.Reflector(v, out betas[k]));
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
            _diagonal[n - 1] = double.CreateChecked(a[^1]);
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

    private void Sort(Span<T> rows, Span<T> values)
    {
        int[] order = [.. Enumerable.Range(0, _size).OrderBy(i => _diagonal[i])];
        for (int i = 0; i < _size; i++)
        {
            values[i] = T.CreateChecked(_diagonal[order[i]]);
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
