using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff.Graphs;

/// <summary>One line of a graph: results = primitive(operands).</summary>
public sealed class Equation
{
    internal Equation(Primitive primitive, ImmutableArray<Value> operands, ReadOnlySpan<TensorType> results, int firstNumber)
    {
        Primitive = primitive;
        Operands = operands;
        var values = new Value[results.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = new Value(results[i], this, firstNumber + i);
        }

        Results = ImmutableCollectionsMarshal.AsImmutableArray(values);
    }

    /// <summary>What is computed.</summary>
    public Primitive Primitive { get; }

    /// <summary>From what.</summary>
    public ImmutableArray<Value> Operands { get; }

    /// <summary>The values that the equation assigns.</summary>
    public ImmutableArray<Value> Results { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(", ", Results)} = {Primitive} ({string.Join(", ", Operands)})";
}
