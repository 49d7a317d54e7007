using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Where the values of a plan lie.</summary>
/// <param name="Slots">How many slots there are.</param>
/// <param name="Inputs">The inputs.</param>
/// <param name="Fresh">Slots whose memory leaves the plan, so that every call allocates it, with their types.</param>
/// <param name="Foreign">Slots of results that primitives allocate themselves.</param>
/// <param name="Arena">Slots in the arena, with their types and positions.</param>
/// <param name="ArenaLengths">The length of the arena for each element type.</param>
internal sealed record PlanLayout(
    int Slots,
    PlanInput[] Inputs,
    (int Slot, TensorType Type)[] Fresh,
    int[] Foreign,
    (int Slot, TensorType Type, int Position)[] Arena,
    int[] ArenaLengths)
{
    /// <summary>Slots that hold something of the caller's during a call.</summary>
    public int[] Transient { get; } = [.. Inputs.Select(input => input.Slot), .. Fresh.Select(fresh => fresh.Slot), .. Foreign];

    /// <summary>The bytes of one arena.</summary>
    public long ArenaBytes => (8L * ArenaLengths[(int)DType.Float64]) + (4L * ArenaLengths[(int)DType.Float32])
        + (4L * ArenaLengths[(int)DType.Int32]) + ArenaLengths[(int)DType.Bool];

    /// <summary>A frame with an arena of its own.</summary>
    public Frame NewFrame()
    {
        var frame = new Frame(Slots);
        var arenas = new AlignedArray[ArenaLengths.Length];
        for (int dtype = 0; dtype < arenas.Length; dtype++)
        {
            arenas[dtype] = AlignedArray.Allocate((DType)dtype, ArenaLengths[dtype]);
        }

        foreach ((int slot, TensorType type, int position) in Arena)
        {
            AlignedArray arena = arenas[(int)type.DType];
            frame.Values[slot] = new HostArray(type, arena.Data, arena.Start + position);
        }

        return frame;
    }
}
