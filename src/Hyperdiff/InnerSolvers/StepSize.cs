namespace Hyperdiff;

/// <summary>How long the steps of gradient descent are.</summary>
public abstract record StepSize
{
    private protected StepSize()
    {
    }

    /// <summary>The same step size throughout.</summary>
    /// <param name="rate">η, in the unit parameter² per loss; converges for a convex f whose gradient is L-Lipschitz if 0 &lt; η &lt; 2/L.</param>
    public static StepSize Fixed(double rate) => new FixedStepSize(Allowed.Positive(rate));

    /// <summary>The step size 1/L from a bound L on the curvature (the largest eigenvalue of the Hessian): each step then lowers f.</summary>
    /// <param name="smoothness">L, in the unit loss per parameter².</param>
    public static StepSize FromSmoothness(double smoothness) => new FixedStepSize(
        double.IsFinite(1 / smoothness)
            ? 1 / Allowed.Positive(smoothness)
            : throw new ArgumentOutOfRangeException(nameof(smoothness), smoothness, "The number must be above 0, and its reciprocal finite."));

    /// <summary>Backtracking: a step is shortened until it lowers f by a fair part of what its slope promises, and the next one may be longer again.</summary>
    /// <param name="initial">The first step size tried.</param>
    /// <param name="shrink">The factor by which a step is shortened, between 0 and 1.</param>
    /// <param name="decrease">The part of the promised decrease that is demanded, between 0 and ½ (Armijo's constant).</param>
    public static StepSize Backtracking(double initial = 1, double shrink = 0.5, double decrease = 1e-4) =>
        new BacktrackingStepSize(Allowed.Positive(initial), Allowed.Fraction(shrink), Allowed.PositiveUpTo(0.5, decrease));
}
