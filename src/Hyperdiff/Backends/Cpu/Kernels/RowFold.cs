using System.Numerics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Folds stored rows into the first one, pairwise and element by element.</summary>
internal static class RowFold<T, TFold>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TFold : struct, IFold
{
    /// <summary>Folds; what is in the other rows afterwards means nothing.</summary>
    public static void Of(Span<T> rows, int width, int count)
    {
        for (int step = 1; step < count; step *= 2)
        {
            for (int row = 0; row + step < count; row += 2 * step)
            {
                Span<T> target = rows.Slice(row * width, width);
                TFold.Of(target, rows.Slice((row + step) * width, width), target);
            }
        }
    }
}
