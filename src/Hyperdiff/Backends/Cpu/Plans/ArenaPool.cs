using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Plans;

/// <summary>Large arenas, which plans that do not run at the same time share: the plans within a plan, and those of functions that are traced anew.</summary>
/// <remarks>What waits here is held weakly, so that memory that is needed for something else is given up.</remarks>
internal static class ArenaPool
{
    /// <summary>From how many bytes on an arena is large; smaller ones stay with their plan.</summary>
    public const long Large = 256 * 1024;

    private static readonly List<Waiting>[] s_waiting = [[], [], [], []];

    /// <summary>Memory for so many elements, and at most an eighth more.</summary>
    public static AlignedArray Rent(DType dtype, int length)
    {
        List<Waiting> waiting = s_waiting[(int)dtype];
        lock (waiting)
        {
            waiting.RemoveAll(entry => !entry.Memory.TryGetTarget(out _));
            int best = -1;
            for (int i = 0; i < waiting.Count; i++)
            {
                int spare = waiting[i].Length - length;
                if (spare >= 0 && spare <= length / 8 && (best < 0 || waiting[i].Length < waiting[best].Length))
                {
                    best = i;
                }
            }

            if (best >= 0 && waiting[best].Memory.TryGetTarget(out AlignedArray? memory))
            {
                waiting.RemoveAt(best);
                return memory;
            }
        }

        return AlignedArray.Allocate(dtype, length);
    }

    /// <summary>Gives memory back.</summary>
    /// <param name="dtype">Its element type.</param>
    /// <param name="memory">The memory.</param>
    public static void Return(DType dtype, AlignedArray memory)
    {
        List<Waiting> waiting = s_waiting[(int)dtype];
        lock (waiting)
        {
            waiting.Add(new Waiting(memory.Length, new WeakReference<AlignedArray>(memory)));
        }
    }

    private readonly record struct Waiting(int Length, WeakReference<AlignedArray> Memory);
}
