namespace Hyperdiff;

/// <summary>A tensor within a structure.</summary>
/// <param name="Name">Its path, for messages: <c>Weights.W</c>.</param>
/// <param name="Value">The tensor.</param>
/// <param name="Frozen">Whether it is never differentiated.</param>
public readonly record struct Leaf(string Name, Tensor Value, bool Frozen)
{
    /// <summary>Whether it takes part in differentiation: a floating tensor that is not frozen.</summary>
    public bool IsActive => !Frozen && Value.DType.IsFloating();
}
