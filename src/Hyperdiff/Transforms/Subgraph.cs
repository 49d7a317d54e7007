using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>A graph for some of its outputs only.</summary>
internal static class Subgraph
{
    /// <summary>The graph with a range of its outputs, and without what only the others need; kept with the graph.</summary>
    public static Graph Outputs(Graph graph, Range range) => graph.Derive(
        new OutputsKey(range), _ => Simplification.DropUnused(Arranged(graph, graph.Inputs, [.. graph.Outputs.AsSpan()[range]])));

    /// <summary>The graph with its reports as further outputs; kept with the graph.</summary>
    public static Graph WithReports(Graph graph) => graph.Derive(
        ReportsKey.Instance, _ => Arranged(graph, graph.Inputs, [.. graph.Outputs, .. graph.Reports.Select(report => report.Value)]));

    /// <summary>The same equations from their inputs in another order, and to other outputs: graphs share what does not change.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">All of its inputs.</param>
    /// <param name="outputs">Any of its values.</param>
    public static Graph Arranged(Graph graph, ImmutableArray<Value> inputs, ImmutableArray<Value> outputs) =>
        new(inputs, graph.Equations, outputs, graph.Reports) { Numbers = graph.Numbers, IsSimplified = graph.IsSimplified };

    /// <summary>Some of the equations of a graph, those of all its reports among them.</summary>
    public static Graph Equations(Graph graph, ImmutableArray<Equation> kept) =>
        new(graph.Inputs, kept, graph.Outputs, graph.Reports) { Numbers = graph.Numbers, IsSimplified = graph.IsSimplified };

    /// <summary>The graph without the equations, and reports, of some values that no others rest on.</summary>
    public static Graph Without(this Graph graph, ValueSet values) => new(
        graph.Inputs,
        [.. graph.Equations.Where(equation => !values.ContainsAny(equation.Results))],
        graph.Outputs,
        [.. graph.Reports.Where(report => !values.Contains(report.Value))])
    { Numbers = graph.Numbers, IsSimplified = graph.IsSimplified };

    /// <summary>The graph with some of its outputs, as a function of some of its inputs, on which those outputs must not depend beyond; kept with the
    /// graph.</summary>
    public static Graph Of(Graph graph, Axes inputs, Axes outputs) => graph.Derive(new PartKey(inputs, outputs), _ =>
    {
        var copier = new GraphCopier(graph, inputs.Items.Select(i => graph.Inputs[i]));
        foreach (Equation equation in Simplification.NeededBy(graph, outputs.Items.Select(i => graph.Outputs[i])))
        {
            copier.Copy(equation);
        }

        return copier.Build(outputs.Items.Select(i => graph.Outputs[i]));
    });

    private readonly record struct OutputsKey(Range Range) : IDerivation<Graph>;

    private readonly record struct PartKey(Axes Inputs, Axes Outputs) : IDerivation<Graph>;

    private sealed record ReportsKey : IDerivation<Graph>
    {
        public static ReportsKey Instance { get; } = new();
    }
}
