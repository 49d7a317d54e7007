using System.Runtime.InteropServices;

namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>A number that is written often, in lines of the cache of its own: what lies beside it can be read by other processors without waiting for
/// it.</summary>
[StructLayout(LayoutKind.Explicit, Size = 3 * Pair)]
internal struct LineApart
{
    // lines are fetched in pairs
    private const int Pair = 128;

    /// <summary>The number.</summary>
    [FieldOffset(Pair)]
    public long Value;
}
