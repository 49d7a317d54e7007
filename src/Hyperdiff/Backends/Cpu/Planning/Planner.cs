using Hyperdiff.Backends.Cpu.Plans;
using Hyperdiff.Graphs;
using Hyperdiff.Transforms;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Makes a plan of a graph.</summary>
/// <remarks>
/// 1. Put in what composites are made of, but for those that are one line over whole rows (<see cref="RowLines"/>), join what shares an exponential
/// (<see cref="SigmoidPairs"/>), and simplify. 2. Read the equations: views, and units of work into which elementwise operations and reductions are fused
/// (<see cref="Lowering"/>). 3. Join products with a matrix and its transpose (<see cref="OnePassFinder"/>), groups with folds of rows
/// (<see cref="RowChains"/>), and large products with the groups before and after them (<see cref="FusedProductFinder"/>). 4. Order the units, and compute
/// again what costs more to write down (<see cref="Recomputation"/>). 5. Keep in registers what no other unit reads, join lines
/// (<see cref="LineJoining"/>), and lay out the rest (<see cref="ArenaLayout"/>). 6. Write each unit as a step.
/// </remarks>
internal static class Planner
{
    /// <summary>The plan.</summary>
    public static Plan Of(Graph graph, CpuResources resources)
    {
        // reports as outputs: of two solves that are the same one is made, and both are told of
        graph = Subgraph.WithReports(graph);
        graph = WindowRewrites.Of(SigmoidPairs.Of(Expansion.Of(graph, RowLines.In(graph).Stays)));
        return Of(new Lowering(graph), graph, resources);
    }

    /// <summary>The plan of a simplified graph whose windows are all written out.</summary>
    public static Plan ByDefinition(Graph graph, CpuResources resources) => Of(new Lowering(graph, joinsWindows: false), graph, resources);

    private static Plan Of(Lowering lowering, Graph graph, CpuResources resources)
    {
        TensorSource[] outputs = [.. graph.Outputs.Select(value => Source(lowering.Leaving(value), value.Type))];
        OnePassFinder.Apply(lowering.Units);
        RowChains.Join(lowering.Units);
        FusedProductFinder.Apply(lowering.Units, resources.Product);
        List<PlanUnit> order = UnitOrder.Of(lowering.Units.Units);
        Recomputation.Apply(order, lowering.Slots);
        KeepInRegisters(order, lowering.Slots.All.Count);
        foreach (FusedGroup group in order.SelectMany(unit => unit.Groups))
        {
            LineJoining.Apply(group);
        }

        MarkRead(order);
        order.ForEach(unit => unit.ReserveScratch(type => lowering.Slots.Add(type)));
        IReadOnlyList<Slot> slots = lowering.Slots.All;
        var arena = new ArenaLayout(order, slots.Count);
        var layout = new PlanLayout(
            slots.Count,
            [.. lowering.Inputs.Select(slot => new PlanInput(slot.Index, slot.IsRead))],
            [.. slots.Where(slot => slot.Kind == SlotKind.Fresh).Select(slot => (slot.Index, slot.Type))],
            [.. slots.Where(slot => slot.Kind == SlotKind.Foreign).Select(slot => (slot.Index, slot.Type))],
            [.. slots.Where(slot => arena.PositionOf(slot) >= 0).Select(slot => (slot.Index, slot.Type, arena.PositionOf(slot)))],
            arena.Lengths)
        {
            Lodgers = [.. slots.Where(slot => arena.HomeOf(slot) is not null).Select(slot => (slot.Index, slot.Type, arena.HomeOf(slot)!.Index))],
        };
        return new Plan(layout, [.. order.Select(unit => unit.Build(resources))], outputs);
    }

    private static TensorSource Source(View view, TensorType type) => view.Slot is { } slot
        ? new TensorSource(type, slot.Index, 0)
        : new TensorSource(type, view.Constant);

    private static void MarkRead(List<PlanUnit> order)
    {
        foreach (PlanUnit unit in order)
        {
            if (unit is not PrimitiveUnit)
            {
                foreach (Slot slot in unit.Reads)
                {
                    slot.IsRead = true;
                }
            }
        }
    }

    private static void KeepInRegisters(List<PlanUnit> order, int slots)
    {
        var readElsewhere = new bool[slots];
        foreach (PlanUnit unit in order)
        {
            foreach (Slot slot in unit.Reads)
            {
                readElsewhere[slot.Index] = true;
            }
        }

        foreach (PlanUnit unit in order)
        {
            foreach (Slot slot in unit.Transient)
            {
                slot.Kind = slot.Kind == SlotKind.Arena && !readElsewhere[slot.Index] ? SlotKind.Register : slot.Kind;
            }
        }
    }
}
