using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The order in which a result is written: <c>result[start + Σ iₐ·stepₐ]</c> gets <c>source[i₀, i₁, …]</c>, with neighboring axes that are written as
/// one joined.</summary>
internal sealed class ScatterOrder
{
    private readonly int[] _sizes;
    private readonly int[] _steps;
    private readonly int _start;
    private readonly bool _outermostLiesApart;

    /// <summary>Writes a result by these steps.</summary>
    /// <param name="shape">The shape of the source; not empty.</param>
    /// <param name="steps">How far the result moves when an index of the source grows by 1.</param>
    /// <param name="start">Where the first element goes.</param>
    public ScatterOrder(Shape shape, ReadOnlySpan<int> steps, int start)
    {
        _start = start;
        (_sizes, _steps) = StridedAxes.Join(shape, steps);
        _outermostLiesApart = _sizes.Skip(1).Zip(_steps.Skip(1), (size, step) => (size - 1) * Math.Abs(step)).Sum() < Math.Abs(_steps[0]);
    }

    /// <summary>The outermost axis cut into parts that may be written at the same time: into one unless what its indices write lies apart.</summary>
    public EvenSplit Parts => _outermostLiesApart ? StridedAxes.Cut(_sizes) : new EvenSplit(_sizes[0], 1);

    /// <summary>Writes a part of the source.</summary>
    /// <param name="source">All of the source.</param>
    /// <param name="result">All of the result, which holds zeros.</param>
    /// <param name="part">Which of <see cref="Parts"/>.</param>
    public void Scatter<T, TWrite>(ReadOnlySpan<T> source, Span<T> result, int part)
        where T : unmanaged
        where TWrite : IElementWrite<T>
    {
        EvenSplit parts = Parts;
        if (parts.Parts == 1)
        {
            Scatter<T, TWrite>(source, result, _start, axis: 0);
            return;
        }

        int length = source.Length / _sizes[0];
        for (int i = parts.Start(part); i < parts.Start(part + 1); i++)
        {
            Scatter<T, TWrite>(source.Slice(i * length, length), result, _start + (i * _steps[0]), axis: 1);
        }
    }

    /// <summary>Writes all of the source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="result">The result, whose other elements stay as they are.</param>
    public void Scatter<T, TWrite>(ReadOnlySpan<T> source, Span<T> result)
        where T : unmanaged
        where TWrite : IElementWrite<T> => Scatter<T, TWrite>(source, result, _start, axis: 0);

    private void Scatter<T, TWrite>(ReadOnlySpan<T> source, Span<T> result, int start, int axis)
        where T : unmanaged
        where TWrite : IElementWrite<T>
    {
        (int size, int step) = (_sizes[axis], _steps[axis]);
        if (axis < _sizes.Length - 1)
        {
            int length = source.Length / size;
            for (int i = 0; i < size; i++)
            {
                Scatter<T, TWrite>(source.Slice(i * length, length), result, start + (i * step), axis + 1);
            }
        }
        else if (step == 1)
        {
            TWrite.Write(result.Slice(start, size), source);
        }
        else
        {
            for (int i = 0; i < source.Length; i++)
            {
                TWrite.Write(ref result[start + (i * step)], source[i]);
            }
        }
    }
}
