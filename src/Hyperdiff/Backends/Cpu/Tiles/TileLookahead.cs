using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>Fetches what the next tile reads and writes while this one is computed, a part of it after every instruction.</summary>
/// <remarks>
/// A program goes through each array in pieces of a tile, with work on others in between. The processor fetches ahead within a run of addresses, but begins
/// anew at every piece, and there waits for memory. Addresses alone are said here, so that no bit changes.
/// </remarks>
internal sealed class TileLookahead
{
    private const int LineBytes = 64;

    // what the last cache has room for; there it takes up to a third longer to say all addresses than to wait
    private const long LeastBytes = 24 << 20;

    private readonly (int Slot, int ElementBytes)[] _arrays;

    // the first element of each part of a tile, and the end
    private readonly int[] _starts;

    private TileLookahead((int Slot, int ElementBytes)[] arrays, int[] starts) => (_arrays, _starts) = (arrays, starts);

    /// <summary>That of a program; null where the processor does as well by itself: a single instruction, or arrays that stay in a cache.</summary>
    /// <param name="grid">The domain.</param>
    /// <param name="arrays">The slots of what is read and written, with an element for each of the domain, and the bytes of an element.</param>
    /// <param name="instructions">How many there are for a tile.</param>
    public static TileLookahead? Of(TileGrid grid, IReadOnlyCollection<(int Slot, int ElementBytes)> arrays, int instructions)
    {
        long bytes = (long)grid.Rows * grid.Columns * arrays.Sum(array => array.ElementBytes);
        return Sse.IsSupported && instructions > 1 && bytes >= LeastBytes
            ? new TileLookahead([.. arrays], [.. Enumerable.Range(0, instructions + 1).Select(part => grid.Capacity * part / instructions)]) : null;
    }

    /// <summary>Fetches a part of what a tile reads and writes.</summary>
    /// <param name="values">The stored values of the frame, by slot.</param>
    /// <param name="tile">The first element of the tile.</param>
    /// <param name="part">After which instruction of the tile before.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void Fetch(ReadOnlySpan<HostArray> values, int tile, int part)
    {
        (nint from, nint to) = (_starts[part], _starts[part + 1]);
        foreach ((int slot, int size) in _arrays)
        {
            // nothing is looked at: an address may lie behind the end, or where an array was before it moved
            ref readonly HostArray stored = ref values[slot];
            byte* first = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(stored.Data)) + ((nint)(stored.Offset + tile) * size);
            for (byte* line = first + (from * size), end = first + (to * size); line < end; line += LineBytes)
            {
                Sse.Prefetch0(line);
            }
        }
    }
}
