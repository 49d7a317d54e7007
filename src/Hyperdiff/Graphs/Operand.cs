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
