namespace Hyperdiff.Backends.Cpu.Planning;

/// <summary>The slots of a plan under construction.</summary>
internal sealed class SlotTable
{
    private readonly List<Slot> _slots = [];

    /// <summary>All slots, by index.</summary>
    public IReadOnlyList<Slot> All => _slots;

    /// <summary>Adds a slot.</summary>
    public Slot Add(TensorType type, SlotKind kind = SlotKind.Arena, PlanUnit? producer = null)
    {
        var slot = new Slot(_slots.Count, type, kind, producer);
        _slots.Add(slot);
        return slot;
    }
}
