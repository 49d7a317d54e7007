namespace Hyperdiff;

/// <summary>A hypergradient by differentiating steps, as leaves.</summary>
/// <param name="Parts">What every method computes.</param>
/// <param name="InStart">The gradient in the initial state, the active leaves; null where the derivative did not reach it.</param>
/// <param name="NoStart">Why it did not; null where it did.</param>
internal sealed record IterativeOutcome(HypergradientParts Parts, Tensor[]? InStart, string? NoStart = null) : HypergradientOutcome(Parts);
