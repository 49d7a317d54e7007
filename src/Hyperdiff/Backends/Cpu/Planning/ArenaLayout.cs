using System.Runtime.InteropServices;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Assigns places in the arena: values that are not needed at the same time share memory, and a result may take over the memory of its
/// operand.</summary>
internal sealed class ArenaLayout
{
    private readonly Dictionary<Slot, (int Position, int Length)> _places = [];
    private readonly FreeMemory[] _memory = [new(), new(), new(), new()];

    /// <summary>Lays out the slots of units that run in this order.</summary>
    public ArenaLayout(IReadOnlyList<PlanUnit> order)
    {
        var lastUse = new Dictionary<Slot, int>();
        for (int i = 0; i < order.Count; i++)
        {
            foreach (Slot slot in order[i].Reads.Concat(order[i].Writes).Concat(order[i].Scratch))
            {
                lastUse[slot] = i;
            }
        }

        ILookup<int, Slot> dying = lastUse.Where(pair => InArena(pair.Key)).ToLookup(pair => pair.Value, pair => pair.Key);
        for (int i = 0; i < order.Count; i++)
        {
            PlanUnit unit = order[i];
            var heirs = new Heirs(unit, dying[i].Where(_places.ContainsKey));
            foreach (Slot slot in unit.Writes.Concat(unit.Scratch).Where(InArena))
            {
                if (heirs.For(slot) is { } heir)
                {
                    _places[slot] = _places[heir];
                    Settled[heir] = _places[heir].Position;
                    _places.Remove(heir);
                }
                else
                {
                    _places[slot] = Take(slot);
                }
            }

            foreach (Slot slot in dying[i].Where(_places.ContainsKey))
            {
                Release(slot);
            }
        }

        foreach ((Slot slot, (int position, _)) in _places)
        {
            Settled[slot] = position;
        }
    }

    /// <summary>The position of every slot in the arena.</summary>
    public Dictionary<Slot, int> Settled { get; } = [];

    /// <summary>The length of the arena for each element type.</summary>
    public int[] Lengths => Array.ConvertAll(_memory, memory => memory.Length);

    private static bool InArena(Slot slot) => slot.Kind == SlotKind.Arena;

    // places begin on cache lines
    private (int Position, int Length) Take(Slot slot)
    {
        Room.Require(slot.Type);
        int length = (int)Math.Min(int.MaxValue, (slot.Count + AlignedArray.Alignment - 1L) & ~(AlignedArray.Alignment - 1));
        return (_memory[(int)slot.Type.DType].Take(length), length);
    }

    private void Release(Slot slot)
    {
        (int position, int length) = _places[slot];
        Settled[slot] = position;
        _places.Remove(slot);
        _memory[(int)slot.Type.DType].Release(position, length);
    }

    /// <summary>The operands of a unit that nobody reads afterwards, and whose memory its results may take: that of the operand that is done with first goes
    /// first.</summary>
    private sealed class Heirs
    {
        private readonly Dictionary<(DType DType, int Count), Queue<(Slot Slot, GroupEntry LastRead)>> _waiting = [];

        public Heirs(PlanUnit unit, IEnumerable<Slot> operands)
        {
            List<(Slot Slot, GroupEntry LastRead)> candidates = [];
            foreach (Slot slot in operands)
            {
                if (unit.LastRead(slot) is { } lastRead)
                {
                    candidates.Add((slot, lastRead));
                }
            }

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
