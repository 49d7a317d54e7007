namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Puts units in an order in which each runs after those that it reads from.</summary>
internal static class UnitOrder
{
    /// <summary>The order; as in the list where there is a choice.</summary>
    public static List<PlanUnit> Of(IEnumerable<PlanUnit> units)
    {
        var ordered = new List<PlanUnit>();
        var pending = new Stack<(PlanUnit Unit, bool Ready)>();
        foreach (PlanUnit unit in units)
        {
            pending.Push((unit, false));
            while (pending.TryPop(out (PlanUnit Unit, bool Ready) next))
            {
                if (next.Ready)
                {
                    ordered.Add(next.Unit);
                }
                else if (!next.Unit.IsOrdered)
                {
                    next.Unit.IsOrdered = true;
                    pending.Push((next.Unit, true));
                    foreach (Slot slot in next.Unit.Reads)
                    {
                        if (slot.Producer is { } producer)
                        {
                            pending.Push((producer.Whole, false));
                        }
                    }
                }
            }
        }

        return ordered;
    }
}
