using System.Collections.Immutable;

namespace Hyperdiff.Graphs;

/// <summary>A value of a graph: assigned once, by an equation or as an input, with its type known before it runs.</summary>
public sealed class Value
{
    internal Value(TensorType type, Equation? definition, int number) => (Type, Definition, Number) = (type, definition, number);

    /// <summary>Element type and shape.</summary>
    public TensorType Type { get; }

    /// <summary>The equation that computes it; null for an input.</summary>
    public Equation? Definition { get; }

    /// <summary>How many values were in the graph before it: what <see cref="ValueMap{T}"/> finds it by.</summary>
    internal int Number { get; }

    /// <summary>The value by itself, as the results of what computes it.</summary>
    internal ImmutableArray<Value> Alone => Definition is { Results: { Length: 1 } results } ? results : [this];

    /// <inheritdoc/>
    public override string ToString() => Type.ToString();
}
