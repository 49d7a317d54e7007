using Hyperdiff.Decompositions;
using Hyperdiff.Graphs;

namespace Hyperdiff;

/// <summary>Linear algebra over the last two axes, with leading axes as a batch, in float32 and float64; differentiable to any order in forward and reverse
/// mode.</summary>
/// <remarks>
/// <para>
/// In float64, and for matrices of float32 with fewer than 96 rows or columns, everything is computed in double precision and rounded once. Larger ones of
/// float32 are factored in float32: exact for a matrix that differs by a few n ε, as in LAPACK. Solutions with few right sides (a sixteenth of n) are refined
/// until they are as good as those in double precision, and a matrix that is singular to within float32 is factored in double precision.
/// </para>
/// <para>
/// A result that does not exist is a <see cref="LinearAlgebraException"/> that names the matrix of
/// the batch and the place in it, in compiled graphs as outside them; for every item of a batch, also where a <c>Tensor.Where</c> around it does not choose it.
/// A matrix with a NaN or an infinity is such an exception; in a right-hand side, which solutions are linear in, they go through to the columns that hold them.
/// </para>
/// <para>
/// A matrix that has to be symmetric stands for its symmetric part <c>(A + Aᵀ)/2</c>: both triangles are read, and gradients are symmetric.
/// </para>
/// </remarks>
public static class Linalg
{
    /// <summary>The lower triangular L, with a positive diagonal, of <c>A = L Lᵀ</c>; A stands for its symmetric part.</summary>
    /// <remarks>
    /// n³/3 operations. <c>Solve(A, b)</c> and <c>ln det A</c> of a positive definite matrix are <c>L⁻ᵀ L⁻¹ b</c>, two triangular solves, and <c>2 Σ ln
    /// Lᵢᵢ</c>, for one factorization. Derivative: Murray (2016), "Differentiation of the Cholesky decomposition", arXiv:1602.07527, equation (8).
    /// </remarks>
    /// <param name="a"><c>[…, n, n]</c>, positive definite.</param>
    /// <returns><c>[…, n, n]</c>, in the unit of √A.</returns>
    /// <exception cref="ShapeMismatchException">The matrices are not square.</exception>
    /// <exception cref="LinearAlgebraException">One is not positive definite to working precision, or not finite.</exception>
    public static Tensor Cholesky(Tensor a) => Apply(Decompositions.Cholesky.Instance, a)[0];

    /// <summary>The solution X of <c>A X = B</c> for square A.</summary>
    /// <remarks>
    /// LU with partial pivoting: 2n³/3 operations, once for the value and derivatives of all orders, and 2n² per column of B. <c>A Ẋ = Ḃ − Ȧ X</c>. For
    /// positive definite A, <see cref="Cholesky"/> costs half and is kept.
    /// </remarks>
    /// <param name="a"><c>[…, n, n]</c>.</param>
    /// <param name="b"><c>[n]</c>, a vector, or matrices <c>[…, n, m]</c>; leading axes broadcast.</param>
    /// <returns>X, <c>[…, n]</c> for a vector, <c>[…, n, m]</c> for matrices.</returns>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    /// <exception cref="LinearAlgebraException">A matrix is singular to working precision, or not finite.</exception>
    public static Tensor Solve(Tensor a, Tensor b) => Solve("Solve", a, b, (matrix, given) => MatrixSolve.Of(matrix, given));

    /// <summary>The solution X of <c>op(T) X = B</c>, where T is the lower or the upper triangle of A; the other one is not read.</summary>
    /// <remarks>n² operations per column of B.</remarks>
    /// <param name="a"><c>[…, n, n]</c>.</param>
    /// <param name="b"><c>[n]</c>, a vector, or matrices <c>[…, n, m]</c>; leading axes broadcast.</param>
    /// <param name="lower">Whether T is the lower triangle.</param>
    /// <param name="transpose">Whether op transposes.</param>
    /// <param name="unitDiagonal">Whether the diagonal is taken to be 1, whatever stands there.</param>
    /// <returns>X, <c>[…, n]</c> for a vector, <c>[…, n, m]</c> for matrices.</returns>
    /// <exception cref="ShapeMismatchException">The shapes do not fit.</exception>
    /// <exception cref="LinearAlgebraException">There is a zero on the diagonal, or the triangle is not finite.</exception>
    public static Tensor SolveTriangular(Tensor a, Tensor b, bool lower, bool transpose = false, bool unitDiagonal = false) =>
        Solve("SolveTriangular", a, b, (matrix, given) => new TriangularSolve(lower, transpose, unitDiagonal).Apply(matrix, given)[0]);

    /// <summary>A⁻¹. To multiply by it, <see cref="Solve(Tensor, Tensor)"/> is cheaper and more accurate.</summary>
    /// <param name="a"><c>[…, n, n]</c>.</param>
    /// <returns><c>[…, n, n]</c>, in the unit of 1/A.</returns>
    /// <exception cref="ShapeMismatchException">The matrices are not square.</exception>
    /// <exception cref="LinearAlgebraException">One is singular to working precision, or not finite.</exception>
    public static Tensor Inverse(Tensor a)
    {
        ArgumentNullException.ThrowIfNull(a);
        new MatrixSolve().Infer([a.Type, a.Type]);
        return MatrixSolve.Of(a, Tensor.Eye(a.Shape[^1], a.DType).BroadcastTo(a.Shape));
    }

    /// <summary>det A.</summary>
    /// <remarks>
    /// It overflows long before its logarithm: prefer <see cref="LogDeterminant"/>. Derivatives are sums of minors: those of all orders exist at every matrix,
    /// singular ones included.
    /// </remarks>
    /// <param name="a"><c>[…, n, n]</c>; 1 for n = 0.</param>
    /// <returns><c>[…]</c>.</returns>
    /// <exception cref="ShapeMismatchException">The matrices are not square.</exception>
    /// <exception cref="LinearAlgebraException">One is not finite.</exception>
    public static Tensor Determinant(Tensor a) => Apply(Decompositions.Determinant.Instance, a)[0];

    /// <summary>The sign of det A and ln|det A|; 0 and −∞ for a matrix with a pivot of exactly 0.</summary>
    /// <remarks><c>∂ ln|det A| / ∂A = A⁻ᵀ</c>: the derivative throws at a matrix that is singular to working precision.</remarks>
    /// <param name="a"><c>[…, n, n]</c>.</param>
    /// <returns>Sign and logarithm, each <c>[…]</c>, dimensionless.</returns>
    /// <exception cref="ShapeMismatchException">The matrices are not square.</exception>
    /// <exception cref="LinearAlgebraException">One is not finite.</exception>
    public static (Tensor Sign, Tensor LogAbsolute) LogDeterminant(Tensor a)
    {
        Tensor[] results = Apply(Decompositions.LogDeterminant.Instance, a);
        return (results[0], results[1]);
    }

    /// <summary><c>A = Q R</c>, reduced: Q with orthonormal columns, R upper triangular with a diagonal that is not negative.</summary>
    /// <remarks>4mn² − 4n³/3 operations for m ≥ n. Derivatives exist where the first min(m, n) columns are independent; a zero on the diagonal of R
    /// throws.</remarks>
    /// <param name="a"><c>[…, m, n]</c>.</param>
    /// <returns>Q <c>[…, m, k]</c>, dimensionless, and R <c>[…, k, n]</c>, in the unit of A, with k = min(m, n).</returns>
    /// <exception cref="ShapeMismatchException">The tensor has fewer than two axes.</exception>
    /// <exception cref="LinearAlgebraException">A matrix is not finite; or, for derivatives, has dependent columns.</exception>
    public static (Tensor Q, Tensor R) Qr(Tensor a)
    {
        ArgumentNullException.ThrowIfNull(a);
        if (a.Rank >= 2 && a.Shape[^2] < a.Shape[^1])
        {
            // A = (A₁ A₂) = Q (R₁ QᵀA₂)
            (int m, int n) = (a.Shape[^2], a.Shape[^1]);
            Tensor[] square = Decompositions.Qr.Instance.Apply(a.Slice(-1, 0, m));
            return (square[0], Tensor.Concat(-1, square[1], square[0].Transpose().MatMul(a.Slice(-1, m, n))));
        }

        Tensor[] results = Decompositions.Qr.Instance.Apply(a);
        return (results[0], results[1]);
    }

    /// <summary>Eigenvalues and eigenvectors of symmetric matrices, <c>A = V diag(w) Vᵀ</c>; A stands for its symmetric part.</summary>
    /// <remarks>
    /// About 9n³ operations; eigenvalues are accurate to ε relative to the largest. Derivatives of the vectors have factors <c>1/(wⱼ − wᵢ)</c>: of a vector
    /// whose eigenvalue is another's, to within n ε^¾ max|w|, there is none, which throws in reverse mode and is NaN in forward mode; a simple eigenvector
    /// beside ties among others has a first one. What does not feel the tie has one too, where it is written as a product of vectors with vectors: <c>V
    /// diag(f(w)) Vᵀ</c>, such as <c>(v * w.Sqrt()).MatMul(v.Transpose())</c>, and the projection <c>P.MatMul(P.Transpose())</c> on some columns P that do not
    /// split a tie. Second derivatives of vectors, and of these, exist away from ties. If only the values are used, derivatives exist everywhere (see
    /// <see cref="EigenvaluesSymmetric"/>). Source: Giles (2008), "Collected matrix derivative results for forward and reverse mode algorithmic
    /// differentiation", doi:10.1007/978-3-540-68942-3_4, §3.1.
    /// </remarks>
    /// <param name="a"><c>[…, n, n]</c>.</param>
    /// <returns>
    /// The eigenvalues <c>[…, n]</c>, ascending, in the unit of A, and orthonormal eigenvectors as the columns of <c>[…, n, n]</c>, of each the one of ±v whose
    /// element of largest magnitude is positive.
    /// </returns>
    /// <exception cref="ShapeMismatchException">The matrices are not square.</exception>
    /// <exception cref="LinearAlgebraException">One is not finite; or, for derivatives of the vectors, has equal eigenvalues.</exception>
    public static (Tensor Values, Tensor Vectors) Eigh(Tensor a)
    {
        Tensor[] results = Apply(SymmetricEigen.Instance, a);
        return (results[0], results[1]);
    }

    /// <summary>The eigenvalues of symmetric matrices, ascending; A stands for its symmetric part.</summary>
    /// <remarks>
    /// First derivatives exist at every matrix for functions that are symmetric in eigenvalues that are equal, such as their sum; of an eigenvalue that repeats
    /// alone there is none, and what is returned is that of one basis of its vectors, with a warning in reports. So do second derivatives, in every mix of
    /// modes, to √ε at worst near ties; they throw, or are NaN forwards, where the function is not symmetric in equal values, or where part of it is hidden in
    /// another loop, since they do not exist there or are not known. Third derivatives throw at ties: they exist, and have no formula here. Source: Lewis and
    /// Sendov (2001), "Twice differentiable spectral functions", doi:10.1137/S089547980036838X.
    /// </remarks>
    /// <param name="a"><c>[…, n, n]</c>.</param>
    /// <returns><c>[…, n]</c>, in the unit of A.</returns>
    /// <exception cref="ShapeMismatchException">The matrices are not square.</exception>
    /// <exception cref="LinearAlgebraException">One is not finite.</exception>
    public static Tensor EigenvaluesSymmetric(Tensor a) => Eigh(a).Values;

    /// <summary>The singular value decomposition <c>A = U diag(σ) Vᵀ</c>, reduced.</summary>
    /// <remarks>
    /// Derivatives of the vectors have factors <c>1/(σⱼ − σᵢ)</c>, and <c>1/σ</c> unless m = n; they throw where these are not defined to rounding.
    /// Source: Townsend (2016), "Differentiating the singular value decomposition".
    /// </remarks>
    /// <param name="a"><c>[…, m, n]</c>.</param>
    /// <returns>
    /// U <c>[…, m, k]</c>, σ <c>[…, k]</c>, descending, in the unit of A, and <b>Vᵀ</b> <c>[…, k, n]</c>, k = min(m, n). Of each pair of vectors the one of the
    /// longer side (U if m ≥ n) has its element of largest magnitude positive.
    /// </returns>
    /// <exception cref="ShapeMismatchException">The tensor has fewer than two axes.</exception>
    /// <exception cref="LinearAlgebraException">A matrix is not finite; or, for derivatives of the vectors, has equal singular values.</exception>
    public static (Tensor U, Tensor Values, Tensor Vt) Svd(Tensor a)
    {
        Tensor[] results = Apply(Decompositions.Svd.Instance, a);
        return (results[0], results[1], results[2]);
    }

    /// <summary>The singular values, descending.</summary>
    /// <remarks>
    /// First derivatives exist for functions that are symmetric in singular values that are equal; at σ = 0, a kink like that of |x|, they are those of one
    /// pair of its vectors. Second derivatives as for <see cref="EigenvaluesSymmetric"/>; at σ = 0 for functions that are even in it, such as Σσ².
    /// </remarks>
    /// <param name="a"><c>[…, m, n]</c>.</param>
    /// <returns><c>[…, min(m, n)]</c>, in the unit of A.</returns>
    /// <exception cref="ShapeMismatchException">The tensor has fewer than two axes.</exception>
    /// <exception cref="LinearAlgebraException">A matrix is not finite.</exception>
    public static Tensor SingularValues(Tensor a) => Svd(a).Values;

    private static Tensor[] Apply(MatrixPrimitive primitive, Tensor a)
    {
        ArgumentNullException.ThrowIfNull(a);
        return primitive.Apply(a);
    }

    // a vector is a column that disappears from the result; leading axes broadcast
    private static Tensor Solve(string name, Tensor a, Tensor b, Func<Tensor, Tensor, Tensor> solve)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (b.Rank == 1)
        {
            return Solve(name, a, b.Unsqueeze(-1), solve).Squeeze(-1);
        }

        if (a.Rank < 2 || b.Rank < 2 || !Shape.TryBroadcast(Leading(a), Leading(b), out Shape batch))
        {
            throw new ShapeMismatchException(
                $"{name}: {a.Shape} · X = {b.Shape}: needs square matrices [..., n, n] and a vector [n] or matrices [..., n, m], with leading axes "
                    + $"that broadcast.");
        }

        return solve(Repeated(a.Beside(b), batch), Repeated(b.Beside(a), batch));
    }

    private static Shape Leading(Tensor tensor) => new(tensor.Shape.Sizes.AsSpan()[..^2]);

    private static Tensor Repeated(Tensor tensor, Shape batch) => tensor.BroadcastTo(new Shape([.. batch.Sizes, tensor.Shape[^2], tensor.Shape[^1]]));
}
