namespace Hyperdiff.Fixtures.Solvers;

/// <summary>Solvers as a user would write them: with nothing but what is public.</summary>
public static class OwnSolvers
{
    /// <summary>Conjugate gradients.</summary>
    public static LinearSolver Linear(double? tolerance = null, int limit = 1000) =>
        LinearSolver.From("of one's own", system => Gradients(system, limit), MatrixClass.PositiveDefinite, tolerance);

    /// <summary>The iteration that halves its steps.</summary>
    public static FixedPointSolver Map(double? tolerance = null) =>
        FixedPoint.From("iteration of one's own", () => (w, image, _) => w + (0.5 * (image - w)), tolerance);

    /// <summary>Newton's method for a minimum, by factors of the Hessian.</summary>
    public static Minimizer Minimum(double? tolerance = null) => Minimizer.From("minimizer of one's own", f =>
    {
        LeafVector w = f.Start;
        for (int i = 0; i < 100 && f.Continues(w); i++)
        {
            w -= LinearSolver.DenseLu().Solve(f.Hessian(w), f.At(w).Gradient.Leaves).Value;
        }

        return f.Solution(w);
    }, tolerance);

    /// <summary>Newton's method for a root, by factors of the Jacobian.</summary>
    public static RootSolver Zero(double? tolerance = null) => Root.From("root finder of one's own", c =>
    {
        LeafVector w = c.Start;
        for (int i = 0; i < 100 && c.Continues(w); i++)
        {
            w -= LinearSolver.DenseLu().Solve(c.Jacobian(w), c.At(w).Leaves).Value;
        }

        return c.Solution(w);
    }, tolerance);

    private static LinearSolution Gradients(LinearSystem system, int limit)
    {
        LeafVector x = system.Start, r = system.RightHandSide - (system.Matrix * x), p = r;
        Tensor rho = LeafVector.Dot(r, r);
        for (int i = 0; i < limit && system.Continues(x, r.Norm().ToScalar()); i++)
        {
            LeafVector q = system.Matrix * p;
            Tensor curvature = LeafVector.Dot(p, q);
            if (curvature.ToScalar() <= 0)
            {
                return system.GiveUp(x, SolveStatus.Breakdown, "A is not positive definite");
            }

            Tensor alpha = rho / curvature;
            (x, r) = (x + (alpha * p), r - (alpha * q));
            Tensor next = LeafVector.Dot(r, r);
            (p, rho) = (r + (next / rho * p), next);
        }

        return system.Solution(x);
    }
}
