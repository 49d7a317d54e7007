namespace Hyperdiff;

/// <summary>Armijo backtracking. Source: Armijo (1966), "Minimization of functions having Lipschitz continuous first partial derivatives", Corollary
/// 2.</summary>
/// <param name="Initial">The first step size tried.</param>
/// <param name="Shrink">The factor by which a step is shortened.</param>
/// <param name="Decrease">The part of the promised decrease that is demanded.</param>
internal sealed record BacktrackingStepSize(double Initial, double Shrink, double Decrease) : StepSize
{
    /// <summary>The first step size tried.</summary>
    public double Initial { get; init => field = Allowed.Positive(value, nameof(Initial)); } = Allowed.Positive(Initial, nameof(Initial));

    /// <summary>The factor by which a step is shortened.</summary>
    public double Shrink { get; init => field = Allowed.Fraction(value, nameof(Shrink)); } = Allowed.Fraction(Shrink, nameof(Shrink));

    /// <summary>The part of the promised decrease that is demanded.</summary>
    public double Decrease { get; init => field = Allowed.PositiveUpTo(0.5, value, nameof(Decrease)); } = Allowed.PositiveUpTo(0.5, Decrease, nameof(Decrease));
}
