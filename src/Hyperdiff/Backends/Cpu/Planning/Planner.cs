using System.Collections.Immutable;
using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Backends.Cpu.Tiles;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Makes a plan of a graph.</summary>
/// <remarks>
/// 1. Simplify. 2. Read the equations: views, and units of work into which elementwise operations and reductions are fused (<see cref="Lowering"/>). 3. Order the
/// units. 4. Keep in registers what no other unit reads, and lay out the rest (<see cref="ArenaLayout"/>). 5. Write each unit as a step.
/// </remarks>
internal static class Planner
{
    /// <summary>The plan.</summary>
    public static Plan Of(Graph graph, CpuResources resources)
    {
        graph = Simplification.Of(graph);
        ImmutableArray<Value> leaving = [.. graph.Outputs, .. graph.Reports.Select(report => report.Value)];
        var lowering = new Lowering(graph);
        TensorSource[] outputs = [.. leaving.Select(value => Source(lowering.Leaving(value), value.Type))];
        List<PlanUnit> order = UnitOrder.Of(lowering.Units);
        KeepInRegisters(order);
        foreach (FusedGroup group in order.OfType<FusedGroup>())
        {
            TileGrid grid = group.Grid();
            group.ReservePartials(grid, type => lowering.Slots.Add(type));
        }

        var arena = new ArenaLayout(order);
        IReadOnlyList<Slot> slots = lowering.Slots.All;
        var layout = new PlanLayout(
            slots.Count,
            [.. lowering.Inputs.Select(slot => slot.Index)],
            [.. slots.Where(slot => slot.Kind == SlotKind.Fresh).Select(slot => (slot.Index, slot.Type))],
            [.. slots.Where(slot => slot.Kind == SlotKind.Foreign).Select(slot => slot.Index)],
            [.. arena.Settled.Select(pair => (pair.Key.Index, pair.Key.Type, pair.Value))],
            arena.Lengths);
        return new Plan(layout, [.. order.Select(unit => unit.Build(resources))], outputs);
    }

    private static TensorSource Source(View view, TensorType type) => view.Slot is { } slot
        ? new TensorSource(type, slot.Index, 0)
        : new TensorSource(type, view.Constant);

    // a value of a group's domain that only the group reads needs no memory of its own
    private static void KeepInRegisters(List<PlanUnit> order)
    {
        var readElsewhere = new HashSet<Slot>(order.SelectMany(unit => unit.Reads));
        foreach (FusedGroup group in order.OfType<FusedGroup>())
        {
            foreach (GroupEntry entry in group.Entries.Where(entry => entry.IsElementwise && entry.Result.Kind == SlotKind.Arena && !readElsewhere.Contains(entry.Result)))
            {
                entry.Result.Kind = SlotKind.Register;
            }
        }
    }
}
