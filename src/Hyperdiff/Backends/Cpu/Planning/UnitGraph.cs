namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>The units of a plan under construction, who reads whom, and an order in which they could run.</summary>
/// <remarks>
/// Whether units can run as one is a question of paths between them, and has to be asked for every equation. The order is kept while units are added and
/// joined, so that a search visits what stands between two units only, and a bounded part of that: where it is longer, the units stay apart. So planning takes
/// a time that is linear in the number of equations, and what is joined is decided by counting, never by a clock. Source: Pearce and Kelly (2006), "A dynamic
/// topological sort algorithm for directed acyclic graphs", doi:10.1145/1187436.1210590. Differs from the source in: places are labels with gaps, so that one
/// search is enough: either what waits for the earlier unit goes behind the later one, or what the later one waits for goes before the earlier.
/// </remarks>
internal sealed class UnitGraph
{
    // the neighbours that one search looks at: what belongs together is near, seen from one side at least
    private const int MostVisited = 64;

    // between the places of units that are added one after the other
    private const long Gap = 1L << 32;

    // by so much more units may stand in a range that is twice as long
    private const double Crowding = 1.4;

    private readonly List<PlanUnit?> _units = [];
    private readonly List<PlanUnit> _found = [];
    private long _searches;
    private PlanUnit? _first;
    private PlanUnit? _last;

    /// <summary>The units, in the order in which they were added; what was joined stands where its first part stood.</summary>
    public IEnumerable<PlanUnit> Units => _units.OfType<PlanUnit>();

    /// <summary>How many neighbours were looked at so far: the work of all searches.</summary>
    public long Visited { get; private set; }

    /// <summary>How many units were given another place because one came too close.</summary>
    public long Placed { get; private set; }

    /// <summary>Adds a unit, behind what it reads.</summary>
    public void Add(PlanUnit unit)
    {
        unit.Index = _units.Count;
        _units.Add(unit);
        InsertBehind(_last, unit);
        foreach (Slot slot in unit.Reads)
        {
            Connect(slot, unit);
        }
    }

    /// <summary>Says that a unit reads a slot, whose producer must be able to precede it.</summary>
    public void Connect(Slot slot, PlanUnit unit)
    {
        if (slot.Producer is not { } producer || producer == unit)
        {
            return;
        }

        if (producer.Place > unit.Place)
        {
            MoveBehind(producer, Following([unit], producer, int.MaxValue)!.Prepend(unit));
        }

        producer.Readers.Add(unit);
        unit.Producers.Add(producer);
    }

    /// <summary>Makes a unit run before another, where nothing that waits for the other has to run before it; false where there is such work, or too much to
    /// look at.</summary>
    public bool TryPrecede(PlanUnit early, PlanUnit late)
    {
        if (early.Place < late.Place)
        {
            return true;
        }

        if (Following([late], early, MostVisited) is { } following)
        {
            if (following.Contains(early))
            {
                return false;
            }

            MoveBehind(early, following.Prepend(late));
            return true;
        }

        if (Preceding([early], late, MostVisited) is not { } preceding || preceding.Contains(late))
        {
            return false;
        }

        MoveBefore(late, preceding.Prepend(early));
        return true;
    }

    /// <summary>Whether units can run as one: none has to wait for another by way of units that are not among them.</summary>
    public bool CanRunAsOne(params IReadOnlyCollection<PlanUnit> members)
    {
        if (Following(members, Last(members), MostVisited) is { } following)
        {
            foreach (PlanUnit unit in following)
            {
                if (members.Any(unit.Readers.Contains))
                {
                    return false;
                }
            }

            return true;
        }

        return Preceding(members, First(members), MostVisited) is { } preceding && preceding.TrueForAll(unit => !members.Any(unit.Producers.Contains));
    }

    /// <summary>Replaces parts by a unit, which can run as one.</summary>
    /// <param name="parts">The parts.</param>
    /// <param name="whole">The unit, new or one of the parts.</param>
    public void Join(IReadOnlyCollection<PlanUnit> parts, PlanUnit whole)
    {
        (PlanUnit first, PlanUnit last) = (First(parts), Last(parts));
        PlanUnit place = last;
        if (Following(parts, last, MostVisited) is { } following)
        {
            MoveBehind(last, following);
        }
        else
        {
            MoveBefore(first, Preceding(parts, first, int.MaxValue)!);
            place = first;
        }

        if (whole != place)
        {
            if (parts.Contains(whole))
            {
                Remove(whole);
            }

            InsertBehind(place, whole);
        }

        int index = parts.Min(part => part.Index);
        if (parts.Contains(whole))
        {
            _units[whole.Index] = null;
        }

        foreach (PlanUnit part in parts.Where(part => part != whole))
        {
            Remove(part);
            _units[part.Index] = null;
            part.JoinedTo = whole;
            Replace(part, whole, unit => unit.Readers, unit => unit.Producers);
            Replace(part, whole, unit => unit.Producers, unit => unit.Readers);
        }

        whole.Index = index;
        _units[index] = whole;
    }

    private static PlanUnit First(IReadOnlyCollection<PlanUnit> units) => units.MinBy(static unit => unit.Place)!;

    private static PlanUnit Last(IReadOnlyCollection<PlanUnit> units) => units.MaxBy(static unit => unit.Place)!;

    private static void Replace(PlanUnit part, PlanUnit whole, Func<PlanUnit, HashSet<PlanUnit>> there, Func<PlanUnit, HashSet<PlanUnit>> back)
    {
        foreach (PlanUnit neighbour in there(part))
        {
            back(neighbour).Remove(part);
            if (neighbour != whole)
            {
                back(neighbour).Add(whole);
                there(whole).Add(neighbour);
            }
        }
    }

    // what has to wait for units, is not among them, and stands no later than the last; null where that is too much to look at
    private List<PlanUnit>? Following(IReadOnlyCollection<PlanUnit> units, PlanUnit last, int most)
    {
        // what waits for the last stands behind it
        PlanUnit? single = null;
        int sources = 0;
        foreach (PlanUnit unit in units)
        {
            (single, sources) = unit == last ? (single, sources) : (unit, sources + 1);
        }

        single = most < int.MaxValue && sources == 1 ? single : null;
        if (single?.BeyondReach is { JoinedTo: null } beyond && beyond.Place <= last.Place)
        {
            return null;
        }

        List<PlanUnit>? found = Reached(units, last, most, forwards: true);
        if (found is null && single is not null)
        {
            single.BeyondReach = last;
        }

        return found;
    }

    // what units wait for, is not among them, and stands no earlier than the first; null where that is too much to look at
    private List<PlanUnit>? Preceding(IReadOnlyCollection<PlanUnit> units, PlanUnit first, int most) => Reached(units, first, most, forwards: false);

    // up to the end, beyond which nothing is looked at; the list is good until the next search
    private List<PlanUnit>? Reached(IReadOnlyCollection<PlanUnit> units, PlanUnit end, int most, bool forwards)
    {
        List<PlanUnit> found = _found;
        found.Clear();
        _searches++;
        foreach (PlanUnit unit in units)
        {
            unit.Search = _searches;
        }

        int visited = 0;
        bool complete = true;
        foreach (PlanUnit unit in units)
        {
            complete = complete && (unit == end || Look(unit));
        }

        for (int i = 0; complete && i < found.Count; i++)
        {
            complete = found[i] == end || Look(found[i]);
        }

        Visited += visited;
        return complete ? found : null;

        bool Look(PlanUnit unit)
        {
            foreach (PlanUnit neighbour in forwards ? unit.Readers : unit.Producers)
            {
                if (++visited > most)
                {
                    return false;
                }

                if (neighbour.Search != _searches && (forwards ? neighbour.Place <= end.Place : neighbour.Place >= end.Place))
                {
                    neighbour.Search = _searches;
                    found.Add(neighbour);
                }
            }

            return true;
        }
    }

    private void MoveBehind(PlanUnit last, IEnumerable<PlanUnit> units)
    {
        PlanUnit before = last;
        foreach (PlanUnit unit in units.OrderBy(unit => unit.Place).ToArray())
        {
            Remove(unit);
            InsertBehind(before, unit);
            before = unit;
        }
    }

    private void MoveBefore(PlanUnit first, IEnumerable<PlanUnit> units)
    {
        foreach (PlanUnit unit in units.OrderBy(unit => unit.Place).ToArray())
        {
            Remove(unit);
            InsertBehind(first.Previous, unit);
        }
    }

    private void Remove(PlanUnit unit)
    {
        _first = unit == _first ? unit.Next : _first;
        _last = unit == _last ? unit.Previous : _last;
        if (unit.Previous is { } previous)
        {
            previous.Next = unit.Next;
        }

        if (unit.Next is { } next)
        {
            next.Previous = unit.Previous;
        }
    }

    private void InsertBehind(PlanUnit? before, PlanUnit unit)
    {
        PlanUnit? next = before is null ? _first : before.Next;
        (unit.Previous, unit.Next) = (before, next);
        _first = before is null ? unit : _first;
        _last = next is null ? unit : _last;
        if (before is not null)
        {
            before.Next = unit;
        }

        if (next is not null)
        {
            next.Previous = unit;
        }

        unit.Place = (before, next) switch
        {
            (_, null) => (before?.Place ?? 0) + Gap,
            (null, _) => next.Place - Gap,
            _ => before.Place + ((next.Place - before.Place) / 2),
        };
        if (unit.Place == before?.Place)
        {
            Spread(unit);
        }
    }

    // One in dozens of moves to the same place leaves no gap. What stands around it is given new places, as far as it stands closer than others, so that
    // a move takes a time that is logarithmic in the number of units. Source: Bender, Cole, Demaine, Farach-Colton and Zito (2002), "Two simplified
    // algorithms for maintaining order in a list", doi:10.1007/3-540-45749-6_17.
    private void Spread(PlanUnit unit)
    {
        (PlanUnit first, PlanUnit last, int count, double most) = (unit, unit, 1, 1);
        for (int bits = 1; ; bits++)
        {
            long low = unit.Place & (-1L << bits), high = low | ~(-1L << bits);
            for (; first.Previous is { } previous && previous.Place >= low; count++)
            {
                first = previous;
            }

            for (; last.Next is { } next && next.Place <= high; count++)
            {
                last = next;
            }

            most *= Crowding;
            if (count <= most)
            {
                Placed += count;
                long place = low, step = (1L << bits) / count;
                for (PlanUnit moved = first; ; moved = moved.Next!, place += step)
                {
                    moved.Place = place;
                    if (moved == last)
                    {
                        return;
                    }
                }
            }
        }
    }
}
