namespace CustomSolvers;

/// <summary>Nonlinear conjugate gradients: every direction is that of descent and a part of the last, every step as long as the curvature along it
/// says.</summary>
/// <remarks>
/// <code>
/// d ← −g + β d,   β = max(0, gᵀ(g − g₋) / ‖g₋‖²),   w ← w + t d,   t = −gᵀd / (dᵀH d)
/// </code>
/// For convex f; one gradient and one product with H per update. Source: Polak and Ribière (1969), "Note sur la convergence de méthodes de directions
/// conjuguées"; Nocedal and Wright (2006), "Numerical Optimization", 2nd edition, equation (5.45).
/// </remarks>
/// <param name="Tolerance">For the estimated error of w, relative to the norm of each leaf.</param>
/// <param name="MaxIterations">The most updates.</param>
public sealed record NonlinearCg(Tolerance Tolerance, int MaxIterations = 1000) : Minimizer
{
    /// <inheritdoc/>
    public override string Name => "nonlinear conjugate gradients";

    /// <inheritdoc/>
    public override Tolerance Tolerance { get; init; } = Tolerance;

    /// <inheritdoc/>
    protected override InnerSolution Solve(ObjectiveOracle f)
    {
        ArgumentNullException.ThrowIfNull(f);
        LeafVector w = f.Start, gradient = f.At(w).Gradient, direction = -gradient;
        for (int i = 0; i < MaxIterations && f.Continues(w); i++)
        {
            double curvature = Dot(direction, f.Hessian(w) * direction);
            if (!(curvature > 0))
            {
                return f.GiveUp(w, SolveStatus.Breakdown, "f does not curve upwards along the direction");
            }

            w += -Dot(gradient, direction) / curvature * direction;
            (LeafVector before, gradient) = (gradient, f.At(w).Gradient);
            double beta = Math.Max(0, Dot(gradient, gradient - before) / Dot(before, before));
            direction = -gradient + (beta * direction);
        }

        return f.Solution(w);
    }

    private static double Dot(LeafVector left, LeafVector right) => LeafVector.Dot(left, right).ToScalar();
}
