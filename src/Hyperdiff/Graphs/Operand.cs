namespace Hyperdiff.Graphs;

/// <summary>An operand of an equation that is being transposed: known, or the linear unknown.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Known">Its value, of that shape; null if the equation is linear in it.</param>
public readonly record struct Operand(TensorType Type, Tensor? Known)
{
    /// <summary>The known value.</summary>
    /// <exception cref="NotSupportedException">The operand is the linear unknown, in which the equation that asks for its value is therefore not
    /// linear.</exception>
    public Tensor Value => Known ?? throw new NotSupportedException(
        $"An equation is transposed in an operand of type {Type} in which it is not linear: a tangent rule put a tangent where only a primal value may stand.");

    /// <summary>Whether the equation is linear in this operand, so that its cotangent is asked for.</summary>
    public bool IsLinear => Known is null;
}

/// <summary>An operand of an equation that is being batched: one tensor for every item, stacked along a new first axis, or one for all.</summary>
/// <param name="Tensor">The tensor, of any shape; its axis 0 is the batch if <paramref name="IsBatched"/>.</param>
/// <param name="IsBatched">Whether every item has a tensor of its own.</param>
public readonly record struct BatchOperand(Tensor Tensor, bool IsBatched);

/// <summary>An operand of an equation that is linear in some of its operands, with where it is live.</summary>
/// <param name="Tensor">The operand, of any shape; where it is not live, it is exactly 0.</param>
/// <param name="IsLinear">Whether the equation is linear in it: it is a tangent or a cotangent, not a known value.</param>
/// <param name="Mask">True where it is live, of the operand's shape; null if everywhere. Elsewhere it is 0 because of a choice, whatever it is multiplied
/// by.</param>
public readonly record struct LiveOperand(Tensor Tensor, bool IsLinear, Tensor? Mask);

/// <summary>A result of an equation that is linear in some of its operands, with where it is live.</summary>
/// <param name="Tensor">The result, of any shape; where it is not live, it is exactly 0.</param>
/// <param name="Mask">True where it is live, of the result's shape; null if everywhere.</param>
public readonly record struct LiveResult(Tensor Tensor, Tensor? Mask);
