using System.Numerics;

namespace Hyperdiff.Decompositions;

/// <summary>Our own code: the definition, and what is used for small matrices and where a backend has nothing faster.</summary>
/// <typeparam name="T">double or float.</typeparam>
internal sealed class DefiningKernels<T> : IMatrixKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private DefiningKernels()
    {
    }

    /// <summary>The kernels; they have no state.</summary>
    public static DefiningKernels<T> Instance { get; } = new();

    /// <inheritdoc/>
    public void SymmetricPart(ReadOnlySpan<T> matrix, Span<T> lower, int size)
    {
        T half = T.CreateChecked(0.5);
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                // halved first: the sum could overflow
                lower[(i * size) + j] = (half * matrix[(i * size) + j]) + (half * matrix[(j * size) + i]);
            }
        }
    }

    /// <inheritdoc/>
    public int FactorCholesky(Span<T> matrix, int size) => CholeskyFactorization.Factor(matrix, size);

    /// <inheritdoc/>
    public void FactorLu(Span<T> matrix, Span<int> exchanges) => LuElimination.Eliminate(matrix, exchanges);

    /// <inheritdoc/>
    public void FactorQr(ReadOnlySpan<T> matrix, (int Rows, int Columns) size, Span<T> q, Span<T> r) => HouseholderQr.Factor(matrix, size, q, r);

    /// <inheritdoc/>
    public void SolveTriangular(ReadOnlySpan<T> matrix, TriangularForm form, Span<T> x, int size) => TriangularSubstitution.Solve(matrix, form, x, size);

    /// <inheritdoc/>
    public bool Eigen(Span<T> matrix, Span<T> values) => SymmetricQr<T>.Of(matrix, values);

    /// <inheritdoc/>
    public bool Svd(ReadOnlySpan<T> matrix, Span<T> u, Span<T> values, Span<T> vt) => BidiagonalQr<T>.Of(matrix, u, values, vt);
}
