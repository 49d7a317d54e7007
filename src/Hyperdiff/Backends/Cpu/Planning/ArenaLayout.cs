using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>Assigns places in the arena: values that are not needed at the same time share memory, and a result may take over the memory of its operand.</summary>
internal sealed class ArenaLayout
{
    private readonly Dictionary<Slot, (int Position, int Length)> _places = [];
    private readonly List<(int Position, int Length)>[] _free = [[], [], [], []];
    private readonly int[] _lengths = new int[4];

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

        ILookup<int, Slot> dying = lastUse.ToLookup(pair => pair.Value, pair => pair.Key);
        for (int i = 0; i < order.Count; i++)
        {
            PlanUnit unit = order[i];
            foreach (Slot slot in unit.Writes.Concat(unit.Scratch).Where(InArena))
            {
                Slot? heir = dying[i].FirstOrDefault(operand =>
                    InArena(operand) && operand.Producer != unit && _places.ContainsKey(operand)
                    && operand.Type.DType == slot.Type.DType && operand.Count == slot.Count && unit.MayOverwrite(operand, slot));
                if (heir is not null)
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
    public int[] Lengths => _lengths;

    private static bool InArena(Slot slot) => slot.Kind == SlotKind.Arena;

    // first fit; places begin on cache lines
    private (int Position, int Length) Take(Slot slot)
    {
        int dtype = (int)slot.Type.DType;
        int length = checked(slot.Count + AlignedArray.Alignment - 1) & ~(AlignedArray.Alignment - 1);
        List<(int Position, int Length)> free = _free[dtype];
        int hole = free.FindIndex(hole => hole.Length >= length);
        if (hole >= 0)
        {
            int position = free[hole].Position;
            if (free[hole].Length == length)
            {
                free.RemoveAt(hole);
            }
            else
            {
                free[hole] = (position + length, free[hole].Length - length);
            }

            return (position, length);
        }

        _lengths[dtype] = checked(_lengths[dtype] + length);
        return (_lengths[dtype] - length, length);
    }

    private void Release(Slot slot)
    {
        (int position, int length) = _places[slot];
        Settled[slot] = position;
        _places.Remove(slot);
        List<(int Position, int Length)> free = _free[(int)slot.Type.DType];
        int at = free.FindIndex(hole => hole.Position > position);
        free.Insert(at < 0 ? free.Count : at, (position, length));
        for (int i = free.Count - 2; i >= 0; i--)
        {
            if (free[i].Position + free[i].Length == free[i + 1].Position)
            {
                free[i] = (free[i].Position, free[i].Length + free[i + 1].Length);
                free.RemoveAt(i + 1);
            }
        }
    }
}
