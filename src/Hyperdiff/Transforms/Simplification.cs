using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>Makes a graph smaller without changing a bit of what it computes: local rewrites, common subexpressions, constants, dead code.</summary>
internal static class Simplification
{
    /// <summary>The simplified graph, with the same inputs, outputs and reports.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="further">Further rewrites, tried where there is no simplification; what they do to bits is theirs to say.</param>
    public static Graph Of(Graph graph, Func<Primitive, ImmutableArray<Value>, Rewrites.Emitter, Value?>? further = null)
    {
        var builder = new GraphBuilder();
        var copies = new ValueMap<Value>(graph);
        var known = new Dictionary<Expression, ImmutableArray<Value>>(graph.Equations.Length);
        Rewrites.Emitter? emitter = null;
        foreach (Value input in graph.Inputs)
        {
            copies.Set(input, builder.Input(input.Type));
        }

        foreach (Equation equation in graph.Equations)
        {
            ImmutableArray<Value> operands = ImmutableCollectionsMarshal.AsImmutableArray(copies.Of(equation.Operands));
            copies.Set(equation.Results, Emit(equation.Primitive, operands).AsSpan());
        }

        return DropUnused(builder.Build(copies.Of(graph.Outputs)));

        ImmutableArray<Value> Emit(Primitive primitive, ImmutableArray<Value> operands)
        {
            Rewrites.Emitter emit = emitter ??= (one, of) => Emit(one, of)[0];
            if ((Rewrites.TryRewrite(primitive, operands, emit) ?? further?.Invoke(primitive, operands, emit)) is { } simpler)
            {
                return [simpler];
            }

            var expression = new Expression(primitive, operands);
            if (!known.TryGetValue(expression, out ImmutableArray<Value> results))
            {
                results = builder.Add(primitive, operands);
                known[expression] = results;
            }

            return results;
        }
    }

    /// <summary>The graph without the equations that no output and no report needs.</summary>
    public static Graph DropUnused(Graph graph)
    {
        ImmutableArray<Equation> needed = NeededBy(graph, graph.Outputs.Concat(graph.Reports.Select(report => report.Value)));
        return needed.Length == graph.Equations.Length ? graph : Subgraph.Equations(graph, needed);
    }

    /// <summary>The equations that some values of a graph depend on, in its order.</summary>
    public static ImmutableArray<Equation> NeededBy(Graph graph, IEnumerable<Value> values)
    {
        var needed = new ValueSet(graph, values);
        var kept = new Equation[graph.Equations.Length];
        int first = kept.Length;
        for (int i = kept.Length - 1; i >= 0; i--)
        {
            Equation equation = graph.Equations[i];
            if (needed.ContainsAny(equation.Results))
            {
                needed.Add(equation.Operands);
                kept[--first] = equation;
            }
        }

        return first == 0 ? ImmutableCollectionsMarshal.AsImmutableArray(kept) : [.. kept.AsSpan(first)];
    }

    /// <summary>A primitive applied to values, equal to another if both are the same.</summary>
    private readonly struct Expression(Primitive primitive, ImmutableArray<Value> operands) : IEquatable<Expression>
    {
        private readonly Primitive _primitive = primitive;
        private readonly ImmutableArray<Value> _operands = operands;

        public bool Equals(Expression other) => _primitive.Equals(other._primitive) && _operands.AsSpan().SequenceEqual(other._operands.AsSpan());

        public override bool Equals(object? obj) => obj is Expression other && Equals(other);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            hash.Add(_primitive);
            foreach (Value operand in _operands)
            {
                hash.Add(operand.Number);
            }

            return hash.ToHashCode();
        }
    }
}
