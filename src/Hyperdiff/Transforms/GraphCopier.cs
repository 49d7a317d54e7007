using System.Runtime.InteropServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>Builds a graph from parts of another, simplified where what they are parts of was not.</summary>
internal sealed class GraphCopier
{
    private readonly GraphBuilder _builder;
    private readonly ValueMap<Value> _copies;

    /// <summary>A copy whose inputs stand for values of the source.</summary>
    public GraphCopier(Graph source, IEnumerable<Value> inputs)
    {
        _builder = GraphBuilder.Simplifying(joinsSolves: source.IsSimplified);
        _copies = new ValueMap<Value>(source);
        foreach (Value input in inputs)
        {
            _copies.Set(input, _builder.Input(input.Type));
        }
    }

    /// <summary>Copies an equation all of whose operands were copied before.</summary>
    public void Copy(Equation equation) => _copies.Set(
        equation.Results, _builder.Add(equation.Primitive, ImmutableCollectionsMarshal.AsImmutableArray(_copies.Of(equation.Operands))).AsSpan());

    /// <summary>The copy, with the copies of these values as outputs.</summary>
    public Graph Build(IEnumerable<Value> outputs) => _builder.Build([.. outputs.Select(output => _copies[output])]);
}
