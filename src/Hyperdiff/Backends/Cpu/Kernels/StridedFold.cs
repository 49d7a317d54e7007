using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Folds over a few axes that are neither the first nor the last, or that a window moves along, where the elements lie: <c>result[i] = ⊕ₖ source[at i
/// + at k]</c>.</summary>
/// <remarks>Sixteen elements are folded one after the other, what comes of them with what came of those before, up to 256, and what comes of these in the
/// same way: an element passes through at most 16 + 16 + <see cref="MostFolded"/>/256 folds.</remarks>
internal sealed class StridedFold
{
    /// <summary>The most elements that are folded into one.</summary>
    public const int MostFolded = 4096;

    private const int Chain = 16;
    private const int Block = Chain * Chain;

    private readonly int[] _sizes;
    private readonly int[] _steps;
    private readonly int[] _offsets;

    /// <summary>A fold.</summary>
    /// <param name="kept">The shape of the result.</param>
    /// <param name="keptSteps">How far the source moves along its axes.</param>
    /// <param name="folded">The sizes of the axes that are folded.</param>
    /// <param name="foldedSteps">How far the source moves along these.</param>
    public StridedFold(Shape kept, ReadOnlySpan<int> keptSteps, Shape folded, ReadOnlySpan<int> foldedSteps)
    {
        (_sizes, _steps) = StridedAxes.Join(kept, keptSteps);
        _offsets = StridedAxes.Places(folded, foldedSteps);
    }

    /// <summary>The outermost axis cut into parts that may be folded at the same time.</summary>
    public EvenSplit Parts => StridedAxes.Cut(_sizes, _offsets.Length);

    /// <summary>Folds a part.</summary>
    /// <param name="source">All of the source.</param>
    /// <param name="result">All of the result.</param>
    /// <param name="part">Which of <see cref="Parts"/>.</param>
    public void Fold<T, TFold>(ReadOnlySpan<T> source, Span<T> result, int part)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFold : struct, IFold
    {
        EvenSplit parts = Parts;
        if (parts.Parts == 1)
        {
            Fold<T, TFold>(source, 0, result, axis: 0);
            return;
        }

        int length = result.Length / _sizes[0];
        for (int i = parts.Start(part); i < parts.Start(part + 1); i++)
        {
            Fold<T, TFold>(source, i * _steps[0], result.Slice(i * length, length), axis: 1);
        }
    }

    private void Fold<T, TFold>(ReadOnlySpan<T> source, int start, Span<T> result, int axis)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFold : struct, IFold
    {
        (int size, int step) = (_sizes[axis], _steps[axis]);
        if (axis == _sizes.Length - 1)
        {
            Line<T, TFold>(source[start..], step, result);
            return;
        }

        int length = result.Length / size;
        for (int i = 0; i < size; i++)
        {
            Fold<T, TFold>(source, start + (i * step), result.Slice(i * length, length), axis + 1);
        }
    }

    private void Line<T, TFold>(ReadOnlySpan<T> source, int step, Span<T> result)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFold : struct, IFold
    {
        // the last element of the last line says that all others are inside
        _ = source[_offsets[^1] + ((result.Length - 1) * step)];
        ref T from = ref MemoryMarshal.GetReference(source), to = ref MemoryMarshal.GetReference(result);
        int lanes = Vector512<T>.Count, i = 0;
        if (step == 1 && result.Length >= lanes)
        {
            // the last vector may hold elements of the one before, which come out the same
            for (; i < result.Length; i += lanes)
            {
                int at = Math.Min(i, result.Length - lanes);
                Vector<T, TFold>(ref Unsafe.Add(ref from, at)).StoreUnsafe(ref to, (nuint)at);
            }

            return;
        }

        for (; i < result.Length; i++)
        {
            Unsafe.Add(ref to, i) = Number<T, TFold>(ref Unsafe.Add(ref from, i * step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<T> Vector<T, TFold>(ref T from)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFold : struct, IFold
    {
        Vector512<T> all = Vector<T, TFold>(ref from, _offsets.AsSpan(0, Math.Min(Block, _offsets.Length)));
        for (int first = Block; first < _offsets.Length; first += Block)
        {
            all = TFold.Of(all, Vector<T, TFold>(ref from, _offsets.AsSpan(first, Math.Min(Block, _offsets.Length - first))));
        }

        return all;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Vector<T, TFold>(ref T from, ReadOnlySpan<int> block)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFold : struct, IFold
    {
        Vector512<T> all = default;
        for (int first = 0; first < block.Length; first += Chain)
        {
            ReadOnlySpan<int> offsets = block.Slice(first, Math.Min(Chain, block.Length - first));
            Vector512<T> some = Vector512.LoadUnsafe(ref Unsafe.Add(ref from, offsets[0]));
            foreach (int offset in offsets[1..])
            {
                some = TFold.Of(some, Vector512.LoadUnsafe(ref Unsafe.Add(ref from, offset)));
            }

            all = first == 0 ? some : TFold.Of(all, some);
        }

        return all;
    }

    private T Number<T, TFold>(ref T from)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFold : struct, IFold
    {
        T all = Number<T, TFold>(ref from, _offsets.AsSpan(0, Math.Min(Block, _offsets.Length)));
        for (int first = Block; first < _offsets.Length; first += Block)
        {
            all = TFold.Of(all, Number<T, TFold>(ref from, _offsets.AsSpan(first, Math.Min(Block, _offsets.Length - first))));
        }

        return all;
    }

    private static T Number<T, TFold>(ref T from, ReadOnlySpan<int> block)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TFold : struct, IFold
    {
        T all = default;
        for (int first = 0; first < block.Length; first += Chain)
        {
            ReadOnlySpan<int> offsets = block.Slice(first, Math.Min(Chain, block.Length - first));
            T some = Unsafe.Add(ref from, offsets[0]);
            foreach (int offset in offsets[1..])
            {
                some = TFold.Of(some, Unsafe.Add(ref from, offset));
            }

            all = first == 0 ? some : TFold.Of(all, some);
        }

        return all;
    }
}
