using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>Builds a graph from parts of another.</summary>
internal sealed class GraphCopier
{
    private readonly GraphBuilder _builder = new();
    private readonly Dictionary<Value, Value> _copies = [];

    /// <summary>A copy whose inputs stand for these values of the source.</summary>
    public GraphCopier(IEnumerable<Value> inputs)
    {
        foreach (Value input in inputs)
        {
            _copies[input] = _builder.Input(input.Type);
        }
    }

    /// <summary>Copies an equation all of whose operands were copied before.</summary>
    public void Copy(Equation equation)
    {
        ImmutableArray<Value> results = _builder.Add(equation.Primitive, [.. equation.Operands.Select(operand => _copies[operand])]);
        for (int i = 0; i < results.Length; i++)
        {
            _copies[equation.Results[i]] = results[i];
        }
    }

    /// <summary>The copy, with the copies of these values as outputs.</summary>
    public Graph Build(IEnumerable<Value> outputs) => _builder.Build([.. outputs.Select(output => _copies[output])]);
}
