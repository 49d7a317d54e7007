using System.Numerics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Folds rows that come one by one, pairwise and element by element, in memory for one row per level.</summary>
internal static class RowCounter<T, TFold>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFold : struct, IFold
{
    /// <summary>The levels that a number of rows needs.</summary>
    public static int Levels(int rows) => BitOperations.Log2((uint)Math.Max(rows, 1)) + 1;

    /// <summary>Takes a part of the next row.</summary>
    /// <param name="levels">What waits, by level.</param>
    /// <param name="width">The length of a row.</param>
    /// <param name="column">Where in the row the part begins.</param>
    /// <param name="ordinal">How many rows were taken before.</param>
    /// <param name="part">The part.</param>
    public static void Take(Span<T> levels, int width, int column, int ordinal, ReadOnlySpan<T> part)
    {
        int carries = BitOperations.TrailingZeroCount(~ordinal);
        Span<T> target = levels.Slice((carries * width) + column, part.Length);
        for (int level = 0; level < carries; level++)
        {
            TFold.Of(levels.Slice((level * width) + column, part.Length), part, target);
            part = target;
        }

        if (carries == 0)
        {
            part.CopyTo(target);
        }
    }

    /// <summary>Writes the fold of all rows that were taken.</summary>
    public static void Finish(ReadOnlySpan<T> levels, int count, Span<T> result)
    {
        int level = BitOperations.TrailingZeroCount(count);
        levels.Slice(level * result.Length, result.Length).CopyTo(result);
        for (level++; count >> level != 0; level++)
        {
            if (((count >> level) & 1) != 0)
            {
                TFold.Of(levels.Slice(level * result.Length, result.Length), result, result);
            }
        }
    }
}
