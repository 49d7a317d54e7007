using System.Numerics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Folds numbers that come one by one, pairwise, in memory for one number per level.</summary>
internal static class ScalarCounter<T, TFold>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFold : struct, IFold
{
    /// <summary>The most numbers are 2³¹.</summary>
    public const int Levels = 32;

    /// <summary>Takes the next number.</summary>
    /// <param name="levels">What waits, by level.</param>
    /// <param name="ordinal">How many were taken before.</param>
    /// <param name="value">The number.</param>
    public static void Take(Span<T> levels, int ordinal, T value)
    {
        int level = 0;
        for (; ((ordinal >> level) & 1) != 0; level++)
        {
            value = TFold.Of(levels[level], value);
        }

        levels[level] = value;
    }

    /// <summary>The fold of all that were taken.</summary>
    public static T Finish(ReadOnlySpan<T> levels, int count)
    {
        int level = BitOperations.TrailingZeroCount(count);
        T value = levels[level];
        for (level++; count >> level != 0; level++)
        {
            if (((count >> level) & 1) != 0)
            {
                value = TFold.Of(levels[level], value);
            }
        }

        return value;
    }
}
