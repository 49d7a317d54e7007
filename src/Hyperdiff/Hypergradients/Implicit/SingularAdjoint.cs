namespace Hyperdiff;

/// <summary>The hypergradient where the inner solution is not unique and it does not matter: all solutions have the same.</summary>
/// <remarks>
/// With a singular A, the adjoint system <c>Aᵀ v = g</c> has solutions only if g lies in its range, and <c>Bᵀ v</c> is the same for all of them only if B
/// vanishes on the null space of Aᵀ. A softmax whose scores may be shifted is such a case. Both are looked at: the first by minimal residuals, the second along
/// vectors of the null space that two random ones leave.
/// </remarks>
internal static class SingularAdjoint
{
    /// <summary>A solution, if the hypergradient is that of every one; null if it is not, or if that does not show.</summary>
    public static LinearSolution? Of(ConditionDerivative condition, Tensor[] gradient, LinearSolver solver, SolveWatch watch)
    {
        LinearSolution found = LinearSolver.Lsmr().Solve(condition.Adjoint, gradient, null, watch.Cancellation);
        if (!found.Report.Converged)
        {
            return null;
        }

        LinearOperator transposed = condition.Adjoint.Transpose();
        double accuracy = Math.Sqrt(condition.Adjoint.InputTypes.Max(type => type.DType.Epsilon()));
        foreach (int seed in (int[])[1, 2])
        {
            NullSpaceProbe probe = NullSpaceProbe.Of(transposed, seed, watch.Cancellation);
            if (probe.IsSingular != true || Size(condition, probe.Left) > accuracy * Size(condition, probe.RightHandSide))
            {
                return null;
            }
        }

        return found with { Report = found.Report with { Solver = $"{solver.Name}, then {found.Report.Solver} for a singular system" } };
    }

    // ‖Bᵀ z‖ / ‖z‖
    private static double Size(ConditionDerivative condition, LeafVector direction) =>
        new LeafVector(condition.ToHyper(direction.Leaves)).Magnitude() / direction.Magnitude();
}
