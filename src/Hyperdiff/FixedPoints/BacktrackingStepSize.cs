namespace Hyperdiff;

/// <summary>Armijo backtracking. Source: Armijo (1966), "Minimization of functions having Lipschitz continuous first partial derivatives", Corollary 2.</summary>
/// <param name="Initial">The first step size tried.</param>
/// <param name="Shrink">The factor by which a step is shortened.</param>
/// <param name="Decrease">The part of the promised decrease that is demanded.</param>
public sealed record BacktrackingStepSize(double Initial, double Shrink, double Decrease) : StepSize;
