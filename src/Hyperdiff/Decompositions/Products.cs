using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>Products of matrices in double precision, for kernels of single items.</summary>
internal static class Products
{
    /// <summary><c>Uᵀ S V</c>, row-major.</summary>
    /// <param name="u"><c>[m, k]</c>.</param>
    /// <param name="s"><c>[m, n]</c>.</param>
    /// <param name="v"><c>[n, k]</c>.</param>
    /// <param name="m">Rows of S.</param>
    /// <param name="n">Columns of S.</param>
    /// <param name="k">Columns of U and V.</param>
    public static double[] InBasis(ReadOnlySpan<double> u, ReadOnlySpan<double> s, ReadOnlySpan<double> v, int m, int n, int k)
    {
        var right = new double[k];
        var result = new double[k * k];
        for (int i = 0; i < m; i++)
        {
            right.AsSpan().Clear();
            for (int j = 0; j < n; j++)
            {
                TensorPrimitives.MultiplyAdd(v.Slice(j * k, k), s[(i * n) + j], right, right);
            }

            for (int a = 0; a < k; a++)
            {
                Span<double> row = result.AsSpan(a * k, k);
                TensorPrimitives.MultiplyAdd(right, u[(i * k) + a], row, row);
            }
        }

        return result;
    }
}
