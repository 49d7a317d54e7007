using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Puts what composites are made of in their place, once no more derivatives are taken.</summary>
internal static class Expansion
{
    /// <summary>The graph without composites, with the same inputs, outputs and reports.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="stays">Which of them stay as they are; none if absent.</param>
    public static Graph Of(Graph graph, Predicate<Equation>? stays = null)
    {
        bool[] expands = [.. graph.Equations.Select(equation => equation.Primitive is Composite && stays?.Invoke(equation) != true)];
        if (!expands.Contains(true))
        {
            return graph;
        }

        using var trace = new Trace(graph);
        var copies = new ValueMap<Tensor>(graph);
        foreach (Value input in graph.Inputs)
        {
            copies.Set(input, trace.Take(input));
        }

        for (int i = 0; i < expands.Length; i++)
        {
            Equation equation = graph.Equations[i];
            Tensor[] operands = copies.Of(equation.Operands);
            copies.Set(equation.Results, expands[i] ? [((Composite)equation.Primitive).Expand(operands)] : trace.Keep(equation, operands, graph));
        }

        Graph expanded = trace.Close(copies.Of(graph.Outputs));
        trace.RequireClosed("composites");
        return expanded;
    }
}
