using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>Makes a graph smaller without changing a bit of what it computes: local rewrites, common subexpressions, constants, dead code.</summary>
internal static class Simplification
{
    /// <summary>The simplified graph, with the same inputs, outputs and reports; the graph itself where nothing is simpler.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="further">Further rewrites, tried where there is no simplification; what they do to bits is theirs to say.</param>
    public static Graph Of(Graph graph, Func<Emitter, Rewriter>? further = null)
    {
        if (graph.IsSimplified && further is null)
        {
            return DropUnused(graph);
        }

        bool rewritten = false;
        // what does not change is not made again
        GraphBuilder builder = GraphBuilder.Simplifying(graph, joinsSolves: true, further is null ? null : Watched);
        var copies = new ValueMap<Value>(graph);
        foreach (Value input in graph.Inputs)
        {
            builder.Take(input);
            copies.Set(input, input);
        }

        foreach (Equation equation in graph.Equations)
        {
            copies.Set(equation.Results, builder.Add(equation, copies.Of(equation.Operands), isSimple: false).AsSpan());
        }

        return DropUnused(graph.IsSimplified && !rewritten ? graph : builder.Build(copies.Of(graph.Outputs)));

        Rewriter Watched(Emitter emit)
        {
            Rewriter rewriter = further!(emit);
            return (primitive, operands) =>
            {
                Value? value = rewriter(primitive, operands);
                rewritten |= value is not null;
                return value;
            };
        }
    }

    /// <summary>The graph without the equations that no output and no report needs.</summary>
    public static Graph DropUnused(Graph graph)
    {
        ImmutableArray<Equation> needed = NeededBy(graph, graph.Outputs.Concat(graph.Reports.Select(report => report.Value)));
        return needed == graph.Equations ? graph : Subgraph.Equations(graph, needed);
    }

    /// <summary>The equations that some values of a graph depend on, in its order: all of them as they stand, if it is all.</summary>
    public static ImmutableArray<Equation> NeededBy(Graph graph, IEnumerable<Value> values)
    {
        var needed = new ValueSet(graph, values);
        int count = 0;
        for (int i = graph.Equations.Length - 1; i >= 0; i--)
        {
            Equation equation = graph.Equations[i];
            if (needed.ContainsAny(equation.Results))
            {
                needed.Add(equation.Operands);
                count++;
            }
        }

        if (count == graph.Equations.Length)
        {
            return graph.Equations;
        }

        var kept = new Equation[count];
        int next = 0;
        foreach (Equation equation in graph.Equations)
        {
            if (needed.ContainsAny(equation.Results))
            {
                kept[next++] = equation;
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(kept);
    }
}
