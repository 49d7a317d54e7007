using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>The equations of a sum over windows, for results that are not finite.</summary>
/// <param name="Graph">The equations.</param>
/// <param name="Inputs">Where its inputs are.</param>
internal sealed record WindowDefinition(Graph Graph, Slot[] Inputs)
{
    /// <summary>What computes it, planned when it is needed.</summary>
    public DefinedWindow Build(CpuResources resources)
    {
        Graph graph = Graph;
        return new DefinedWindow(
            new Lazy<Plan>(() => Planner.ByDefinition(graph, resources)), [.. Inputs.Select((slot, i) => (slot.Index, graph.Inputs[i].Type.Shape))]);
    }
}
