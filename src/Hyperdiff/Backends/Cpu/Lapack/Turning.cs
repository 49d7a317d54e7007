using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperdiff.Backends.Cpu.Kernels;

namespace Hyperdiff.Backends.Cpu.Lapack;

/// <summary>Rows as columns, between matrices with gaps between rows.</summary>
internal static class Turning
{
    /// <summary>target[j, i] = source[i, j].</summary>
    /// <param name="source"><c>[rows, columns]</c>.</param>
    /// <param name="sourceStride">Elements from one of its rows to the next.</param>
    /// <param name="target"><c>[columns, rows]</c>.</param>
    /// <param name="targetStride">Elements from one of its rows to the next.</param>
    /// <param name="size">Of the source.</param>
    public static void Turn<T>(ReadOnlySpan<T> source, int sourceStride, Span<T> target, int targetStride, (int Rows, int Columns) size)
        where T : unmanaged
    {
        if (size.Rows == 0 || size.Columns == 0)
        {
            return;
        }

        // the last element of either says that all others are inside
        _ = (source[((size.Rows - 1) * sourceStride) + size.Columns - 1], target[((size.Columns - 1) * targetStride) + size.Rows - 1]);
        (int bottom, int right) = TurnedSquare.Turns<T>()
            ? (size.Rows - (size.Rows % TurnedSquare.Side), size.Columns - (size.Columns % TurnedSquare.Side)) : (0, 0);
        ref T from = ref MemoryMarshal.GetReference(source), to = ref MemoryMarshal.GetReference(target);
        for (int i = 0; i < bottom; i += TurnedSquare.Side)
        {
            for (int j = 0; j < right; j += TurnedSquare.Side)
            {
                TurnedSquare.Turn(
                    ref Unsafe.Add(ref from, (i * sourceStride) + j), sourceStride,
                    ref Unsafe.Add(ref to, (j * targetStride) + i), targetStride);
            }
        }

        for (int i = 0; i < size.Rows; i++)
        {
            for (int j = i < bottom ? right : 0; j < size.Columns; j++)
            {
                target[(j * targetStride) + i] = source[(i * sourceStride) + j];
            }
        }
    }

    /// <summary>Writes the triangle below the diagonal of a square matrix to the one above it, or the other way round.</summary>
    /// <param name="matrix"><c>[n, n]</c>.</param>
    /// <param name="size">n, the number of rows.</param>
    /// <param name="up">Whether what is above is written.</param>
    public static void Mirror<T>(Span<T> matrix, int size, bool up)
        where T : unmanaged
    {
        const int Band = 32;
        for (int top = 0; top < size; top += Band)
        {
            int rows = Math.Min(Band, size - top);
            Span<T> left = matrix[(top * size)..], above = matrix[top..], diagonal = left[top..];
            if (up)
            {
                Turn<T>(left, size, above, size, (rows, top));
            }
            else
            {
                Turn<T>(above, size, left, size, (top, rows));
            }

            for (int i = 1; i < rows; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    (int lower, int upper) = ((i * size) + j, (j * size) + i);
                    diagonal[up ? upper : lower] = diagonal[up ? lower : upper];
                }
            }
        }
    }
}
