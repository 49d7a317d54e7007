using System.Numerics;

namespace Hyperdiff.Decompositions;

/// <summary>The work on one matrix, row-major: our own code, which defines it, or that of a backend.</summary>
/// <typeparam name="T">double, or float for large matrices.</typeparam>
internal interface IMatrixKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Writes the lower triangle of <c>(A + Aᵀ)/2</c>; what is above it is left as it is.</summary>
    /// <param name="matrix">A, <c>[n, n]</c>.</param>
    /// <param name="lower"><c>[n, n]</c>.</param>
    /// <param name="size">n, the number of rows.</param>
    void SymmetricPart(ReadOnlySpan<T> matrix, Span<T> lower, int size);

    /// <summary>Overwrites the lower triangle of A, of which alone the result depends, with L; what is above it afterwards is of no account.</summary>
    /// <param name="matrix"><c>[n, n]</c>, row-major, symmetric.</param>
    /// <param name="size">n, the number of rows.</param>
    /// <returns>The first pivot that is not positive; −1 if there is none. Rows from that pivot on are not computed.</returns>
    int FactorCholesky(Span<T> matrix, int size);

    /// <inheritdoc cref="LuElimination.Eliminate{T}(Span{T}, Span{int})"/>
    void FactorLu(Span<T> matrix, Span<int> exchanges);

    /// <inheritdoc cref="HouseholderQr.Factor"/>
    void FactorQr(ReadOnlySpan<T> matrix, (int Rows, int Columns) size, Span<T> q, Span<T> r);

    /// <inheritdoc cref="TriangularSubstitution.Solve"/>
    void SolveTriangular(ReadOnlySpan<T> matrix, TriangularForm form, Span<T> x, int size);

    /// <summary>The eigenvalues, ascending, and the eigenvectors as rows; false if an iteration did not converge.</summary>
    /// <param name="matrix"><c>[n, n]</c>, symmetric, of which the lower triangle is read; overwritten by the vectors.</param>
    /// <param name="values"><c>[n]</c>.</param>
    bool Eigen(Span<T> matrix, Span<T> values);

    /// <summary>U <c>[m, k]</c>, σ <c>[k]</c> descending, Vᵀ <c>[k, n]</c> for k = min(m, n); false if an iteration did not converge.</summary>
    /// <param name="matrix"><c>[m, n]</c>.</param>
    /// <param name="u">U.</param>
    /// <param name="values">σ, whose number is k.</param>
    /// <param name="vt">Vᵀ.</param>
    bool Svd(ReadOnlySpan<T> matrix, Span<T> u, Span<T> values, Span<T> vt);
}
