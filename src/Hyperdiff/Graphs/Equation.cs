using System.Collections.Immutable;

namespace Hyperdiff.Graphs;

/// <summary>One line of a graph: results = primitive(operands).</summary>
public sealed class Equation
{
    internal Equation(Primitive primitive, ImmutableArray<Value> operands, ReadOnlySpan<TensorType> results)
    {
        Primitive = primitive;
        Operands = operands;
        var values = ImmutableArray.CreateBuilder<Value>(results.Length);
        foreach (TensorType type in results)
        {
            values.Add(new Value(type, this));
        }

        Results = values.MoveToImmutable();
    }

    /// <summary>What is computed.</summary>
    public Primitive Primitive { get; }

    /// <summary>From what.</summary>
    public ImmutableArray<Value> Operands { get; }

    /// <summary>The values that the equation assigns.</summary>
    public ImmutableArray<Value> Results { get; }
}
