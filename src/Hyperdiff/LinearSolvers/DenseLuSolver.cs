using Hyperdiff.Decompositions;

namespace Hyperdiff;

/// <summary>LU factorization of the matrix written out, for any A of moderate size, symmetric or not. See <see cref="DenseSolver"/> for cost and
/// statuses. See <see cref="LinearSolver.DenseLu"/>.</summary>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
internal sealed record DenseLuSolver(Tolerance Tolerance) : DenseSolver
{
    /// <inheritdoc/>
    public override string Name => "dense LU";

    internal override SolverKind Kind => SolverKind.DenseLu;

    private protected override Factors Factor(double[,] matrix, double norm, double epsilon) => new(LuFactorization.Of(matrix), SolveStatus.Singular);
}
