namespace Hyperdiff;

/// <summary>A tensor within a structure.</summary>
/// <param name="Name">Its path, for messages: <c>Weights.W</c>.</param>
/// <param name="Value">The tensor, of any shape.</param>
/// <param name="IsFrozen">Whether it is never differentiated.</param>
public readonly record struct Leaf(string Name, Tensor Value, bool IsFrozen)
{
    /// <summary>Whether it takes part in differentiation: a floating tensor that is not frozen.</summary>
    public bool IsActive => !IsFrozen && Value.DType.IsFloating();
}
