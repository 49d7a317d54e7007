using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>Puts what composites are made of in their place, once no more derivatives are taken.</summary>
internal static class Expansion
{
    /// <summary>The graph without composites, with the same inputs, outputs and reports.</summary>
    public static Graph Of(Graph graph)
    {
        if (!graph.Equations.Any(equation => equation.Primitive is Composite))
        {
            return graph;
        }

        using var trace = new Trace(graph);
        var copies = new ValueMap<Tensor>(graph);
        foreach (Value input in graph.Inputs)
        {
            copies.Set(input, trace.Take(input));
        }

        foreach (Equation equation in graph.Equations)
        {
            Tensor[] operands = copies.Of(equation.Operands);
            copies.Set(
                equation.Results, equation.Primitive is Composite composite ? [composite.Expand(operands)] : trace.Keep(equation, operands, graph));
        }

        Graph expanded = trace.Close(copies.Of(graph.Outputs));
        trace.RequireClosed("composites");
        return expanded;
    }
}
