namespace Hyperdiff.Decompositions;

/// <summary>Our own code: the definition, and what is used where nothing native is installed.</summary>
internal sealed class DefiningKernels : IMatrixKernels
{
    private DefiningKernels()
    {
    }

    /// <summary>The kernels; they have no state.</summary>
    public static DefiningKernels Instance { get; } = new();

    /// <inheritdoc/>
    public int FactorCholesky(Span<double> matrix, int size) => CholeskyFactorization.Factor(matrix, size);

    /// <inheritdoc/>
    public void FactorLu(Span<double> matrix, Span<int> rows) => LuFactorization.Eliminate(matrix, rows);

    /// <inheritdoc/>
    public void FactorQr(ReadOnlySpan<double> matrix, (int Rows, int Columns) size, Span<double> q, Span<double> r) => HouseholderQr.Factor(matrix, size, q, r);

    /// <inheritdoc/>
    public void SolveTriangular(ReadOnlySpan<double> matrix, TriangularForm form, Span<double> x, int size) =>
        TriangularSubstitution.Solve(matrix, form, x, size);

    /// <inheritdoc/>
    public (double[] Values, double[] VectorRows)? Eigen(double[] matrix, int size) => SymmetricQr.Of(matrix, size);

    /// <inheritdoc/>
    public (double[] U, double[] Values, double[] Vt)? Svd(ReadOnlySpan<double> matrix, int rows, int columns) => BidiagonalQr.Of(matrix, rows, columns);
}
