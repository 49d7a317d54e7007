using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The order in which a source is read: <c>result[i₀, i₁, …] = source[start + Σ iₐ·stepₐ]</c>, with neighboring axes that are read as one
/// joined.</summary>
internal sealed class GatherOrder
{
    // a square of this many elements a side keeps as many cache lines of source and result in L1
    private const int Square = 16;

    private readonly int[] _sizes;
    private readonly int[] _steps;
    private readonly int _start;

    /// <summary>Reads a source by these steps.</summary>
    /// <param name="shape">The shape of the result; not empty.</param>
    /// <param name="steps">How far the source moves when an index of the result grows by 1; 0 along repeated axes, negative where it is read backwards.</param>
    /// <param name="start">Where the first element is.</param>
    public GatherOrder(Shape shape, ReadOnlySpan<int> steps, int start = 0)
    {
        _start = start;
        (_sizes, _steps) = StridedAxes.Join(shape, steps);
    }

    /// <summary>Where in the source the result lies, if it lies there as it is; null otherwise.</summary>
    public int? Window => _sizes.Length == 1 && (_steps[0] == 1 || _sizes[0] == 1) ? _start : null;

    /// <summary>Whether the result is the source, element by element.</summary>
    public bool IsIdentity => _start == 0 && _sizes.Length == 1 && _steps[0] == 1;

    /// <summary>The outermost axis cut into parts that may be read at the same time.</summary>
    public EvenSplit Parts => StridedAxes.Cut(_sizes);

    /// <summary>Reads a part of the source in this order.</summary>
    /// <param name="source">All of the source.</param>
    /// <param name="result">All of the result.</param>
    /// <param name="part">Which of <see cref="Parts"/>.</param>
    public void Gather<T>(ReadOnlySpan<T> source, Span<T> result, int part)
        where T : unmanaged
    {
        EvenSplit parts = Parts;
        if (parts.Parts == 1)
        {
            Gather(source, _start, result, axis: 0);
            return;
        }

        int length = result.Length / _sizes[0];
        for (int i = parts.Start(part); i < parts.Start(part + 1); i++)
        {
            Gather(source, _start + (i * _steps[0]), result.Slice(i * length, length), axis: 1);
        }
    }

    /// <summary>Reads all of the source in this order.</summary>
    /// <param name="source">The source.</param>
    /// <param name="result">The result.</param>
    public void Gather<T>(ReadOnlySpan<T> source, Span<T> result)
        where T : unmanaged => Gather(source, _start, result, axis: 0);

    private void Gather<T>(ReadOnlySpan<T> source, int start, Span<T> result, int axis)
        where T : unmanaged
    {
        (int size, int step) = (_sizes[axis], _steps[axis]);
        if (axis == _sizes.Length - 1)
        {
            Line(source, start, step, result);
            return;
        }

        if (axis == _sizes.Length - 2 && step == 1 && _steps[axis + 1] > 1)
        {
            Transpose(source[start..], _steps[axis + 1], size, _sizes[axis + 1], result);
            return;
        }

        int length = result.Length / size;
        for (int i = 0; i < size; i++)
        {
            Gather(source, start + (i * step), result.Slice(i * length, length), axis + 1);
        }
    }

    private static void Line<T>(ReadOnlySpan<T> source, int start, int step, Span<T> result)
        where T : unmanaged
    {
        if (step == 1)
        {
            source.Slice(start, result.Length).CopyTo(result);
        }
        else if (step == 0)
        {
            result.Fill(source[start]);
        }
        else
        {
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = source[start + (i * step)];
            }
        }
    }

    // result[i, j] = source[i + j·stride]
    private static void Transpose<T>(ReadOnlySpan<T> source, int stride, int rows, int columns, Span<T> result)
        where T : unmanaged
    {
        // the last element of either says that all others are inside
        _ = (source[rows - 1 + ((columns - 1) * stride)], result[(rows * columns) - 1]);
        ref T from = ref MemoryMarshal.GetReference(source), to = ref MemoryMarshal.GetReference(result);
        for (int top = 0; top < rows; top += Square)
        {
            int bottom = Math.Min(top + Square, rows);
            for (int left = 0; left < columns; left += Square)
            {
                int right = Math.Min(left + Square, columns);
                for (int i = top; i < bottom; i++)
                {
                    ref T line = ref Unsafe.Add(ref to, i * columns);
                    ref T column = ref Unsafe.Add(ref from, i + (left * stride));
                    for (int j = left; j < right; j++)
                    {
                        Unsafe.Add(ref line, j) = column;
                        column = ref Unsafe.Add(ref column, stride);
                    }
                }
            }
        }
    }
}
