using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>Spans on arrays whose element type and length the planner has made sure of.</summary>
internal static class ArrayWindows
{
    /// <summary>Part of an array; the checks of <c>AsSpan</c> would take longer than an instruction on a short tile.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<T> Window<T>(this Array data, int start, int length)
        where T : unmanaged
    {
        Debug.Assert(data is T[] && start >= 0 && length >= 0 && start + length <= data.Length, "the window lies inside an array of its type");
        return MemoryMarshal.CreateSpan(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(Unsafe.As<T[]>(data)), start), length);
    }
}
