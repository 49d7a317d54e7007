namespace Hyperdiff;

/// <summary>One derivative along a random direction within one leaf, and what differences say of it: a line of a <see cref="DerivativeCheck"/>.</summary>
/// <param name="Function">What was differentiated: the inner condition, an objective at a fixed state, or the whole of ℓ(λ).</param>
/// <param name="Leaf">The leaf of w or λ that the direction moves.</param>
/// <param name="Method">How the derivative was computed.</param>
/// <param name="Derivative">What it is; NaN if it was skipped.</param>
/// <param name="Difference">What differences say.</param>
/// <param name="Tolerance">How far apart the two may be: what the sweep of step sizes says of its own error, and √ε of the magnitudes.</param>
/// <param name="Outcome">How they compare.</param>
/// <param name="Note">Why, where that is not evident.</param>
public sealed record CheckedDerivative(string Function, string Leaf, string Method, double Derivative, double Difference, double Tolerance,
    CheckOutcome Outcome, string Note);
