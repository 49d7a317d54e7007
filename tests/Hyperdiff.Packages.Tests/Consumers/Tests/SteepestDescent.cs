using Hyperdiff;

namespace Tests;

/// <summary>Steepest descent for symmetric positive definite A: <c>x ← x + (rᵀr / rᵀA r) r</c>, with r = b − A x.</summary>
/// <param name="Tolerance">For ‖b − A x‖, relative to ‖b‖.</param>
public sealed record SteepestDescent(Tolerance Tolerance) : LinearSolver
{
    public override string Name => "steepest descent";

    public override MatrixClass Matrices => MatrixClass.PositiveDefinite;

    public override Tolerance Tolerance { get; init; } = Tolerance;

    protected override LinearSolution Solve(LinearSystem system)
    {
        LeafVector x = system.Start, r = system.RightHandSide - (system.Matrix * x);
        while (system.Continues(x, r.Magnitude()))
        {
            LeafVector product = system.Matrix * r;
            double curvature = LeafVector.Dot(r, product).ToScalar();
            if (curvature <= 0)
            {
                return system.GiveUp(x, SolveStatus.Breakdown, "A is not positive definite");
            }

            double step = LeafVector.Dot(r, r).ToScalar() / curvature;
            x += step * r;
            r -= step * product;
        }

        return system.Solution(x);
    }
}
