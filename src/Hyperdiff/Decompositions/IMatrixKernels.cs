namespace Hyperdiff.Decompositions;

/// <summary>The work on one matrix, in double precision and row-major: our own code, which defines it, or that of a backend.</summary>
internal interface IMatrixKernels
{
    /// <inheritdoc cref="CholeskyFactorization.Factor"/>
    int FactorCholesky(Span<double> matrix, int size);

    /// <inheritdoc cref="LuFactorization.Eliminate"/>
    void FactorLu(Span<double> matrix, Span<int> rows);

    /// <inheritdoc cref="TriangularSubstitution.Solve"/>
    void SolveTriangular(ReadOnlySpan<double> matrix, TriangularForm form, Span<double> x, int size);

    /// <inheritdoc cref="SymmetricQr.Of"/>
    (double[] Values, double[] VectorRows)? Eigen(double[] matrix, int size);

    /// <inheritdoc cref="BidiagonalQr.Of"/>
    (double[] U, double[] Values, double[] Vt)? Svd(ReadOnlySpan<double> matrix, int rows, int columns);
}
