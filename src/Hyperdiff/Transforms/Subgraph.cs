using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>A graph for some of its outputs only.</summary>
internal static class Subgraph
{
    /// <summary>The graph with a range of its outputs, and without what only the others need; kept with the graph.</summary>
    public static Graph Outputs(Graph graph, Range range) => graph.Derive((nameof(Subgraph), range), (_, _) =>
    {
        var copier = new GraphCopier(graph.Inputs);
        foreach (Equation equation in graph.Equations)
        {
            copier.Copy(equation);
        }

        return Simplification.DropUnused(copier.Build(graph.Outputs.AsSpan()[range].ToArray()));
    });
}
