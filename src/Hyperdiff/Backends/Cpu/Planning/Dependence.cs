namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Which work has to be done before which.</summary>
internal static class Dependence
{
    /// <summary>Whether a unit is another, or must run before it.</summary>
    public static bool Precedes(PlanUnit early, PlanUnit late) => early == late || Reaches(Producers(late), [], unit => unit == early);

    /// <summary>Whether a unit has to wait for others by way of units that are not inside: then it cannot run as one with them.</summary>
    /// <param name="early">The others.</param>
    /// <param name="late">The unit.</param>
    /// <param name="inside">The units that are to run as one; the others among them.</param>
    public static bool Leaves(IReadOnlyCollection<PlanUnit> early, PlanUnit late, IReadOnlyCollection<PlanUnit> inside) =>
        Reaches(Producers(late), inside, unit => Producers(unit).Any(early.Contains));

    /// <summary>Whether a unit reads a result of others.</summary>
    public static bool Reads(PlanUnit late, IReadOnlyCollection<PlanUnit> early) => Producers(late).Any(early.Contains);

    private static bool Reaches(IEnumerable<PlanUnit> from, IReadOnlyCollection<PlanUnit> avoiding, Func<PlanUnit, bool> found)
    {
        var seen = new HashSet<PlanUnit>(avoiding);
        var pending = new Stack<PlanUnit>(from);
        while (pending.TryPop(out PlanUnit? unit))
        {
            if (!seen.Add(unit))
            {
                continue;
            }

            if (found(unit))
            {
                return true;
            }

            foreach (PlanUnit producer in Producers(unit))
            {
                pending.Push(producer);
            }
        }

        return false;
    }

    private static IEnumerable<PlanUnit> Producers(PlanUnit unit) => unit.Reads.Select(slot => slot.Producer).OfType<PlanUnit>();
}
