namespace Hyperdiff.Graphs;

/// <summary>A result of an equation that is linear in some of its operands, with where it is live.</summary>
/// <param name="Tensor">The result, of any shape; where it is not live, it is exactly 0.</param>
/// <param name="Mask">True where it is live, of the result's shape; null if everywhere.</param>
public readonly record struct LiveResult(Tensor Tensor, Tensor? Mask);
