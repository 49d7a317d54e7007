using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Where the values of a plan lie.</summary>
/// <param name="Slots">How many slots there are.</param>
/// <param name="Inputs">The inputs.</param>
/// <param name="Fresh">Slots whose memory leaves the plan, so that every call allocates it, with their types.</param>
/// <param name="Foreign">Slots of results that primitives allocate themselves, with their types.</param>
/// <param name="Arena">Slots in the arena, with their types and positions.</param>
/// <param name="ArenaLengths">The length of the arena for each element type.</param>
internal sealed record PlanLayout(
    int Slots,
    PlanInput[] Inputs,
    (int Slot, TensorType Type)[] Fresh,
    (int Slot, TensorType Type)[] Foreign,
    (int Slot, TensorType Type, int Position)[] Arena,
    int[] ArenaLengths)
{
    /// <summary>Slots in the memory of a fresh one, which is written when they are done with; with their types.</summary>
    public (int Slot, TensorType Type, int Home)[] Lodgers { get; init; } = [];

    // slots that hold something of the caller's during a call
    private int[]? _transient;

    /// <summary>The bytes of one arena.</summary>
    public long ArenaBytes => (8L * ArenaLengths[(int)DType.Float64]) + (4L * ArenaLengths[(int)DType.Float32])
        + (4L * ArenaLengths[(int)DType.Int32]) + ArenaLengths[(int)DType.Bool];

    /// <summary>The bytes of all slots of a call but its inputs.</summary>
    public long Bytes => ArenaBytes + Fresh.Concat(Foreign).Sum(slot => slot.Type.Bytes);

    /// <summary>Whether a frame has an arena for one call at a time only.</summary>
    private bool IsLarge => ArenaBytes >= ArenaPool.Large;

    /// <summary>A frame, which keeps its arena unless that is large.</summary>
    public Frame NewFrame()
    {
        var frame = new Frame(Slots);
        if (!IsLarge)
        {
            Place(frame, [.. ArenaLengths.Select((length, dtype) => AlignedArray.Allocate((DType)dtype, length))]);
        }

        return frame;
    }

    /// <summary>Gives a frame what it needs for a call.</summary>
    public void Enter(Frame frame)
    {
        if (IsLarge)
        {
            frame.Borrowed = [.. ArenaLengths.Select((length, dtype) => ArenaPool.Rent((DType)dtype, length))];
            Place(frame, frame.Borrowed);
        }
    }

    /// <summary>Takes back what the frame has for one call only, so that a frame that waits holds on to nothing large and to nothing of the caller's.</summary>
    public void Leave(Frame frame)
    {
        foreach (int slot in _transient ??= Transient())
        {
            frame.Values[slot] = default;
            frame.Tensors[slot] = null;
        }

        if (IsLarge)
        {
            foreach ((int slot, _, _) in Arena)
            {
                frame.Values[slot] = default;
            }

            for (int dtype = 0; dtype < frame.Borrowed.Length; dtype++)
            {
                ArenaPool.Return((DType)dtype, frame.Borrowed[dtype]);
            }

            frame.Borrowed = [];
        }
    }

    /// <summary>Lets lodgers in, once the fresh slots are there.</summary>
    public void Lodge(Frame frame)
    {
        foreach ((int slot, TensorType type, int home) in Lodgers)
        {
            frame.Values[slot] = frame.Values[home].Reshaped(type.Shape);
        }
    }

    private int[] Transient() =>
    [
        .. Inputs.Select(input => input.Slot), .. Fresh.Select(fresh => fresh.Slot), .. Foreign.Select(foreign => foreign.Slot),
        .. Lodgers.Select(lodger => lodger.Slot),
    ];

    private void Place(Frame frame, AlignedArray[] arenas)
    {
        foreach ((int slot, TensorType type, int position) in Arena)
        {
            AlignedArray arena = arenas[(int)type.DType];
            frame.Values[slot] = new HostArray(type, arena.Data, arena.Start + position);
        }
    }
}
