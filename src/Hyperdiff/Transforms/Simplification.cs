using System.Collections.Immutable;
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
        var copies = new Dictionary<Value, Value>();
        var known = new Dictionary<Expression, ImmutableArray<Value>>();
        foreach (Value input in graph.Inputs)
        {
            copies[input] = builder.Input(input.Type);
        }

        foreach (Equation equation in graph.Equations)
        {
            ImmutableArray<Value> results = Emit(equation.Primitive, [.. equation.Operands.Select(operand => copies[operand])]);
            for (int i = 0; i < results.Length; i++)
            {
                copies[equation.Results[i]] = results[i];
            }
        }

        return DropUnused(builder.Build([.. graph.Outputs.Select(output => copies[output])]));

        ImmutableArray<Value> Emit(Primitive primitive, ImmutableArray<Value> operands)
        {
            Rewrites.Emitter emit = (p, o) => Emit(p, o)[0];
            if ((Rewrites.TryRewrite(primitive, operands, emit) ?? further?.Invoke(primitive, operands, emit)) is { } simpler)
            {
                return [simpler];
            }

            var expression = new Expression(primitive, operands);
            if (!known.TryGetValue(expression, out ImmutableArray<Value> results))
            {
                results = builder.Add(primitive, operands.AsSpan());
                known[expression] = results;
            }

            return results;
        }
    }

    /// <summary>The graph without the equations that no output and no report needs.</summary>
    public static Graph DropUnused(Graph graph)
    {
        var needed = new HashSet<Value>(graph.Outputs.Concat(graph.Reports.Select(report => report.Value)));
        var kept = new Stack<Equation>();
        foreach (Equation equation in graph.Equations.Reverse())
        {
            if (equation.Results.Any(needed.Contains))
            {
                needed.UnionWith(equation.Operands);
                kept.Push(equation);
            }
        }

        return kept.Count == graph.Equations.Length ? graph : Subgraph.Equations(graph, [.. kept]);
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
                hash.Add(operand);
            }

            return hash.ToHashCode();
        }
    }
}
