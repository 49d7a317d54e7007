namespace Hyperdiff.Graphs;

/// <summary>An operand of an equation that is being batched: one tensor for every item, stacked along a new first axis, or one for all.</summary>
/// <param name="Tensor">The tensor, of any shape; its axis 0 is the batch if <paramref name="IsBatched"/>.</param>
/// <param name="IsBatched">Whether every item has a tensor of its own.</param>
public readonly record struct BatchOperand(Tensor Tensor, bool IsBatched);
