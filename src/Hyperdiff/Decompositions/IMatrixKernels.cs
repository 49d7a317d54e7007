namespace Hyperdiff.Decompositions;

/// <summary>The work on one matrix, in double precision and row-major: our own code, which defines it, or that of a backend.</summary>
internal interface IMatrixKernels
{
    /// <summary>Overwrites the lower triangle of A, of which alone the result depends, with L; what is above it afterwards is of no account.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major, symmetric.</param>
    /// <param name="size">n, the number of rows.</param>
    /// <returns>The first pivot that is not positive; −1 if there is none. Rows from that pivot on are not computed.</returns>
    int FactorCholesky(Span<double> matrix, int size);

    /// <inheritdoc cref="LuFactorization.Eliminate(Span{double}, Span{int})"/>
    void FactorLu(Span<double> matrix, Span<int> rows);

    /// <inheritdoc cref="HouseholderQr.Factor"/>
    void FactorQr(ReadOnlySpan<double> matrix, (int Rows, int Columns) size, Span<double> q, Span<double> r);

    /// <inheritdoc cref="TriangularSubstitution.Solve"/>
    void SolveTriangular(ReadOnlySpan<double> matrix, TriangularForm form, Span<double> x, int size);

    /// <inheritdoc cref="SymmetricQr.Of"/>
    (double[] Values, double[] VectorRows)? Eigen(double[] matrix, int size);

    /// <inheritdoc cref="BidiagonalQr.Of"/>
    (double[] U, double[] Values, double[] Vt)? Svd(ReadOnlySpan<double> matrix, int rows, int columns);
}
