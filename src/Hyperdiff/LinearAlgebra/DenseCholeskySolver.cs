using Hyperdiff.Decompositions;

namespace Hyperdiff;

/// <summary>Cholesky factorization of the matrix written out, for symmetric positive definite A of moderate size. See <see cref="DenseSolver"/> for cost and statuses.</summary>
/// <remarks>Half the operations of LU. A matrix that is not symmetric to √ε, or not positive definite, is <see cref="SolveStatus.Breakdown"/>.</remarks>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
public sealed record DenseCholeskySolver(Tolerance Tolerance) : DenseSolver
{
    // √ε: columns come from separate products, and a Hessian's are symmetric to their rounding, far below this
    private const double Asymmetry = 1.5e-8;

    /// <inheritdoc/>
    public override string Name => "dense Cholesky";

    internal override SolverKind Kind => SolverKind.DenseCholesky;

    internal override bool NeedsSymmetry => true;

    private protected override (Factorization? Factors, SolveStatus Failure) Factor(double[,] matrix, double norm)
    {
        for (int row = 0; row < matrix.GetLength(0); row++)
        {
            for (int column = 0; column < row; column++)
            {
                if (Math.Abs(matrix[row, column] - matrix[column, row]) > Asymmetry * norm)
                {
                    return (null, SolveStatus.Breakdown);
                }
            }
        }

        return (CholeskyFactorization.Of(matrix), SolveStatus.Breakdown);
    }
}
