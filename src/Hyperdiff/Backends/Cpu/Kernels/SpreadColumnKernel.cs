using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Repeats each element of a stored column along its row, for a tile of whole rows.</summary>
internal sealed class SpreadColumnKernel<T>(int columns) : TileKernel
    where T : unmanaged
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        Span<T> target = tile.Write<T>(instruction.Target);
        ReadOnlySpan<T> column = tile.Stored<T>(instruction.Sources[0].Index).Slice(tile.Row, target.Length / columns);
        if (columns == 2)
        {
            Pairs(column, target);
        }
        else if (typeof(T) == typeof(bool))
        {
            Spread(MemoryMarshal.Cast<T, byte>(column), MemoryMarshal.Cast<T, byte>(target));
        }
        else
        {
            Spread(column, target);
        }
    }

    private static void Pairs(ReadOnlySpan<T> column, Span<T> target)
    {
        target = target[..(2 * column.Length)];
        for (int row = 0; row < column.Length; row++)
        {
            T value = column[row];
            target[2 * row] = value;
            target[(2 * row) + 1] = value;
        }
    }

    // what a vector has more than a row is written over by the next
    private void Spread<TElement>(ReadOnlySpan<TElement> column, Span<TElement> target)
        where TElement : unmanaged
    {
        int lanes = Vector512<TElement>.Count, row = 0;
        if (columns <= lanes)
        {
            ref TElement to = ref MemoryMarshal.GetReference(target);
            for (; row < column.Length && (row * columns) + lanes <= target.Length; row++)
            {
                Vector512.Create(column[row]).StoreUnsafe(ref Unsafe.Add(ref to, row * columns));
            }
        }

        for (; row < column.Length; row++)
        {
            target.Slice(row * columns, columns).Fill(column[row]);
        }
    }
}
