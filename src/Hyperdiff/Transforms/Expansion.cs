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

        using var trace = new Trace();
        var copies = new Dictionary<Value, Tensor>();
        foreach (Value input in graph.Inputs)
        {
            copies[input] = trace.Input(input.Type);
        }

        foreach (Equation equation in graph.Equations)
        {
            Tensor[] operands = [.. equation.Operands.Select(operand => copies[operand])];
            Tensor[] results = equation.Primitive is Composite composite ? [composite.Expand(operands)] : trace.Record(equation.Primitive, operands);
            for (int i = 0; i < results.Length; i++)
            {
                copies[equation.Results[i]] = results[i];
            }
        }

        Graph expanded = trace.Close([.. graph.Outputs.Select(output => copies[output])]);
        trace.RequireClosed("composites");
        return expanded;
    }
}
