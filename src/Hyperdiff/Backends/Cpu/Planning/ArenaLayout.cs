using System.Runtime.InteropServices;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Assigns places in the arena: values that are not needed at the same time share memory, and a result may take over the memory of its operand. Where
/// that result leaves the plan, its operand is written to its memory from the start, and needs none in the arena.</summary>
internal sealed class ArenaLayout
{
    private readonly int[] _positions;
    private readonly Slot?[] _homes;

    // of what is in the arena now; 0 for what is not
    private readonly int[] _lengths;
    private readonly FreeMemory[] _memory = [new(), new(), new(), new()];

    /// <summary>Lays out the slots of units that run in this order.</summary>
    /// <param name="order">The units.</param>
    /// <param name="slots">How many slots the plan has.</param>
    public ArenaLayout(IReadOnlyList<PlanUnit> order, int slots)
    {
        (_positions, _lengths) = (new int[slots], new int[slots]);
        Array.Fill(_positions, -1);
        _homes = new Slot?[slots];
        List<Slot>[] dying = Dying(order, slots);
        for (int i = order.Count - 1; i >= 0; i--)
        {
            FindHomes(order[i], dying[i]);
        }

        for (int i = 0; i < order.Count; i++)
        {
            PlanUnit unit = order[i];
            Heirs? heirs = Heirs.Of(unit, dying[i].Where(slot => _lengths[slot.Index] > 0));
            Place(unit.Writes, heirs);
            Place(unit.Scratch, heirs);

            foreach (Slot slot in dying[i])
            {
                Release(slot);
            }
        }
    }

    /// <summary>The position of a slot in the arena; −1 where it is not in it.</summary>
    public int PositionOf(Slot slot) => _positions[slot.Index];

    /// <summary>The result whose memory a slot has; null if it has none of those that leave the plan.</summary>
    public Slot? HomeOf(Slot slot) => _homes[slot.Index];

    /// <summary>The length of the arena for each element type.</summary>
    public int[] Lengths => Array.ConvertAll(_memory, memory => memory.Length);

    private static bool InArena(Slot slot) => slot.Kind == SlotKind.Arena;

    // of later units first: what moves into the memory of a result hands it on to an operand of its own
    private void FindHomes(PlanUnit unit, List<Slot> dying)
    {
        Heirs? heirs = null;
        foreach (Slot slot in unit.Writes)
        {
            if ((slot.Kind == SlotKind.Fresh ? slot : _homes[slot.Index]) is { } home)
            {
                heirs ??= Heirs.Of(unit, dying);
                if (heirs?.For(slot) is { } operand)
                {
                    _homes[operand.Index] = home;
                }
            }
        }
    }

    private void Place(IEnumerable<Slot> written, Heirs? heirs)
    {
        foreach (Slot slot in written)
        {
            if (!InArena(slot) || _homes[slot.Index] is not null)
            {
                continue;
            }

            if (heirs?.For(slot) is { } heir)
            {
                (_positions[slot.Index], _lengths[slot.Index], _lengths[heir.Index]) = (_positions[heir.Index], _lengths[heir.Index], 0);
            }
            else
            {
                Take(slot);
            }
        }
    }

    // the slots of the arena that every unit is the last to use, each as it appears first
    private static List<Slot>[] Dying(IReadOnlyList<PlanUnit> order, int slots)
    {
        var lastUse = new int[slots];
        var isUsed = new bool[slots];
        var used = new List<Slot>(slots);
        for (int i = 0; i < order.Count; i++)
        {
            Use(order[i].Reads, i);
            Use(order[i].Writes, i);
            Use(order[i].Scratch, i);
        }

        List<Slot> none = [];
        var dying = new List<Slot>[order.Count];
        Array.Fill(dying, none);
        foreach (Slot slot in used)
        {
            ref List<Slot> there = ref dying[lastUse[slot.Index]];
            (there = there == none ? [] : there).Add(slot);
        }

        return dying;

        void Use(IEnumerable<Slot> those, int unit)
        {
            foreach (Slot slot in those)
            {
                if (InArena(slot) && !isUsed[slot.Index])
                {
                    isUsed[slot.Index] = true;
                    used.Add(slot);
                }

                lastUse[slot.Index] = unit;
            }
        }
    }

    // places begin on cache lines
    private void Take(Slot slot)
    {
        Room.Require(slot.Type);
        int length = (int)Math.Min(int.MaxValue, (slot.Count + AlignedArray.Alignment - 1L) & ~(AlignedArray.Alignment - 1));
        (_positions[slot.Index], _lengths[slot.Index]) = (_memory[(int)slot.Type.DType].Take(length), length);
    }

    private void Release(Slot slot)
    {
        if (_lengths[slot.Index] is > 0 and var length)
        {
            _lengths[slot.Index] = 0;
            _memory[(int)slot.Type.DType].Release(_positions[slot.Index], length);
        }
    }

    /// <summary>The operands of a unit that nobody reads afterwards, and whose memory its results may take: that of the operand that is done with first goes
    /// first.</summary>
    private sealed class Heirs
    {
        private readonly Dictionary<(DType DType, int Count), Queue<(Slot Slot, GroupEntry LastRead)>> _waiting = [];

        /// <summary>Those of a unit; null if there are none.</summary>
        public static Heirs? Of(PlanUnit unit, IEnumerable<Slot> operands)
        {
            List<(Slot Slot, GroupEntry LastRead)>? candidates = null;
            foreach (Slot slot in operands)
            {
                if (unit.LastRead(slot) is { } lastRead)
                {
                    (candidates ??= []).Add((slot, lastRead));
                }
            }

            return candidates is null ? null : new Heirs(candidates);
        }

        private Heirs(List<(Slot Slot, GroupEntry LastRead)> candidates)
        {
            foreach ((Slot Slot, GroupEntry LastRead) candidate in candidates.OrderBy(candidate => candidate.LastRead.Sequence))
            {
                ref Queue<(Slot Slot, GroupEntry LastRead)>? queue =
                    ref CollectionsMarshal.GetValueRefOrAddDefault(_waiting, (candidate.Slot.Type.DType, candidate.Slot.Count), out _);
                (queue ??= []).Enqueue(candidate);
            }
        }

        /// <summary>The operand whose memory a result takes; null if there is none.</summary>
        public Slot? For(Slot result)
        {
            if (result.Line is not { IsElementwise: true } writer
                || !_waiting.TryGetValue((result.Type.DType, result.Count), out Queue<(Slot Slot, GroupEntry LastRead)>? queue)
                || !queue.TryPeek(out (Slot Slot, GroupEntry LastRead) first))
            {
                return null;
            }

            return first.LastRead.Sequence < writer.Sequence || (first.LastRead == writer && writer.Kernel().WorksInPlace) ? queue.Dequeue().Slot : null;
        }
    }
}
