using System.Collections.Immutable;

namespace Hyperdiff.Graphs;

/// <summary>Some of the values of one graph, found by their numbers.</summary>
/// <param name="graph">The graph.</param>
internal sealed class ValueSet(Graph graph)
{
    private readonly bool[] _in = new bool[graph.Numbers];

    /// <summary>Some values of a graph.</summary>
    public ValueSet(Graph graph, IEnumerable<Value> values)
        : this(graph)
    {
        foreach (Value value in values)
        {
            Add(value);
        }
    }

    /// <summary>Whether a value is among them.</summary>
    public bool Contains(Value value) => _in[value.Number];

    /// <summary>Whether any of some values is among them.</summary>
    public bool ContainsAny(ImmutableArray<Value> values)
    {
        foreach (Value value in values)
        {
            if (Contains(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Which of some values are among them.</summary>
    public bool[] Which(ImmutableArray<Value> values)
    {
        var which = new bool[values.Length];
        for (int i = 0; i < which.Length; i++)
        {
            which[i] = Contains(values[i]);
        }

        return which;
    }

    /// <summary>Adds a value.</summary>
    public void Add(Value value) => _in[value.Number] = true;

    /// <summary>Adds several values.</summary>
    public void Add(ImmutableArray<Value> values)
    {
        foreach (Value value in values)
        {
            Add(value);
        }
    }

    /// <summary>Takes a value out.</summary>
    /// <returns>Whether it was among them.</returns>
    public bool Remove(Value value)
    {
        bool contained = Contains(value);
        _in[value.Number] = false;
        return contained;
    }
}
