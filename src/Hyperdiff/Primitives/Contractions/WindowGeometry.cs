using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <summary>A window that moves along the last axes of a tensor with padding: what convolutions and pooling have in common.</summary>
internal sealed class WindowGeometry
{
    private readonly string _name;
    private readonly int[] _sizes;
    private readonly int[] _before;
    private readonly int[] _after;
    private readonly int[] _strides;
    private readonly int[] _dilations;

    /// <summary>Checks the numbers, and finds where the window goes.</summary>
    /// <param name="name">The operation, for messages.</param>
    /// <param name="sizes">The sizes of the axes that it moves along.</param>
    /// <param name="kernel">The elements that it sees along each of them.</param>
    /// <param name="moves">How it moves.</param>
    /// <exception cref="ShapeMismatchException">The window is larger than an axis with its padding.</exception>
    public WindowGeometry(string name, ReadOnlySpan<int> sizes, int[] kernel, Convolution moves)
    {
        ArgumentNullException.ThrowIfNull(moves.Padding, "padding");
        (_name, _sizes, Kernel) = (name, sizes.ToArray(), kernel);
        _strides = WindowNumbers.For(name, "stride", moves.Stride, sizes.Length);
        _dilations = WindowNumbers.For(name, "dilation", moves.Dilation, sizes.Length);
        int[] spans = [.. kernel.Select((k, axis) => Span(name, k, _dilations[axis]))];
        (_before, _after) = moves.Padding.For(name, sizes, spans, _strides);
        Positions = new int[sizes.Length];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            long padded = (long)_before[axis] + sizes[axis] + _after[axis];
            Positions[axis] = kernel[axis] > 0 && padded >= spans[axis]
                ? (int)Math.Min(((padded - spans[axis]) / _strides[axis]) + 1, int.MaxValue)
                : throw new ShapeMismatchException(
                    $"{name}: a kernel of {kernel[axis]} elements with dilation {_dilations[axis]} does not fit into an axis of size "
                        + $"{sizes[axis]}, padded by {_before[axis]} and {_after[axis]}.");
        }
    }

    /// <summary>The elements that the window sees along each axis.</summary>
    public int[] Kernel { get; }

    /// <summary>The places that it takes along each axis.</summary>
    public int[] Positions { get; }

    /// <summary>What it sees: <c>[…, size …]</c> gives <c>[…, kernel …, position …]</c>.</summary>
    /// <param name="tensor">The tensor, of any shape.</param>
    /// <param name="fill">The number around it.</param>
    public Tensor Windows(Tensor tensor, double fill = 0)
    {
        int[] zeros = new int[tensor.Rank - _sizes.Length];
        Tensor padded = _before.Concat(_after).All(count => count == 0) ? tensor : tensor.Pad([.. zeros, .. _before], [.. zeros, .. _after], fill);
        return new Windows(Kernel, Positions, _strides, _dilations).Of(padded);
    }

    /// <summary>Throws if the window sees nothing but padding in some place.</summary>
    public void RequireElementsEverywhere()
    {
        for (int axis = 0; axis < _sizes.Length; axis++)
        {
            for (int position = 0; position < Positions[axis]; position++)
            {
                // its first element that is not before the tensor
                long first = ((long)position * _strides[axis]) - _before[axis], dilation = _dilations[axis];
                long k = first >= 0 ? 0 : (dilation - 1 - first) / dilation;
                if (k >= Kernel[axis] || first + (k * dilation) >= _sizes[axis])
                {
                    throw new ShapeMismatchException(
                        $"{_name}: window {position} along an axis of size {_sizes[axis]}, padded by {_before[axis]} and {_after[axis]}, sees nothing but "
                            + $"padding; pad less.");
                }
            }
        }
    }

    private static int Span(string name, int kernel, int dilation)
    {
        long span = ((kernel - 1) * (long)dilation) + 1;
        return span <= int.MaxValue
            ? (int)span
            : throw new ArgumentOutOfRangeException(nameof(dilation), dilation,
                $"{name}: a kernel of {kernel} elements with dilation {dilation} spans more than 2^31-1 elements.");
    }
}
