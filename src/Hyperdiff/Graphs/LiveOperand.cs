namespace Hyperdiff.Graphs;

/// <summary>An operand of an equation that is linear in some of its operands, with where it is live.</summary>
/// <param name="Tensor">The operand, of any shape; where it is not live, it is exactly 0.</param>
/// <param name="IsLinear">Whether the equation is linear in it: it is a tangent or a cotangent, not a known value.</param>
/// <param name="Mask">True where it is live, of the operand's shape; null if everywhere. Elsewhere it is 0 because of a choice, whatever it is multiplied
/// by.</param>
public readonly record struct LiveOperand(Tensor Tensor, bool IsLinear, Tensor? Mask);
