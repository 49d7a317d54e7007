using Hyperdiff.Graphs;

namespace Hyperdiff.Transforms;

/// <summary>The transpose rule of primitives that hold a graph which is linear in some of its inputs, wherever these stand.</summary>
internal static class LinearGraph
{
    /// <summary>The cotangents of the operands; null for known ones and where structurally zero.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="cotangents">Of its outputs; null where structurally zero.</param>
    /// <param name="operands">Of its inputs.</param>
    /// <param name="apply">Applies the transposed graph to the cotangents that are not null and the known operands.</param>
    public static Tensor?[] Transpose(Graph graph, ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands, Func<Graph, Tensor[], Tensor[]> apply)
    {
        Operand[] all = operands.ToArray();
        Tensor?[] seeds = cotangents.ToArray();
        int[] known = [.. Enumerable.Range(0, all.Length).Where(i => !all[i].IsLinear)];
        int[] linear = [.. Enumerable.Range(0, all.Length).Where(i => all[i].IsLinear)];
        int[] seeded = [.. Enumerable.Range(0, seeds.Length).Where(i => seeds[i] is not null)];
        TransposedGraph transposed = Transposition.Plain(Subgraph.Of(graph, [.. linear, .. known], seeded), known.Length);
        Tensor[] results = apply(transposed.Graph, [.. seeded.Select(i => seeds[i]!), .. known.Select(i => all[i].Value)]);
        var placed = new Tensor?[all.Length];
        for (int i = 0; i < linear.Length; i++)
        {
            placed[linear[i]] = transposed.Reached[i] ? results[i] : null;
        }

        return placed;
    }
}
