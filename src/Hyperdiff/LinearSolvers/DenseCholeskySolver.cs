using Hyperdiff.Decompositions;

namespace Hyperdiff;

/// <summary>Cholesky factorization of the matrix written out, for symmetric positive definite A of moderate size. See <see cref="DenseSolver"/> for cost and
/// statuses. See <see cref="LinearSolver.DenseCholesky"/>.</summary>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
internal sealed record DenseCholeskySolver(Tolerance Tolerance) : DenseSolver
{
    /// <inheritdoc/>
    public override string Name => "dense Cholesky";

    internal override SolverKind Kind => SolverKind.DenseCholesky;

    /// <inheritdoc/>
    public override MatrixClass Matrices => MatrixClass.PositiveDefinite;

    private protected override Factors Factor(double[,] matrix, double norm, double epsilon)
    {
        double largest = 0;
        for (int row = 0; row < matrix.GetLength(0); row++)
        {
            for (int column = 0; column < row; column++)
            {
                largest = Math.Max(largest, Math.Abs(matrix[row, column] - matrix[column, row]));
            }
        }

        // columns come from separate products, and a Hessian's are symmetric to their rounding, far below √ε
        double asymmetry = norm == 0 ? 0 : largest / norm, most = Math.Sqrt(epsilon);
        Factorization? factors = asymmetry > most ? null : CholeskyFactorization.Of(matrix);
        return new Factors(factors, SolveStatus.Breakdown)
        {
            Asymmetry = asymmetry,
            Cause = asymmetry > most ? BreakdownCause.Asymmetry : BreakdownCause.Curvature
        };
    }
}
