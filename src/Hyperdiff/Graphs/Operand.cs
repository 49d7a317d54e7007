namespace Hyperdiff.Graphs;

/// <summary>An operand of an equation that is being transposed: known, or the linear unknown.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Known">Its value; null if the equation is linear in it.</param>
public readonly record struct Operand(TensorType Type, Tensor? Known)
{
    /// <summary>Whether the equation is linear in this operand, so that its cotangent is asked for.</summary>
    public bool IsLinear => Known is null;
}
