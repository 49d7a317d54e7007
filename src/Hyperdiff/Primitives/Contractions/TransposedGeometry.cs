using Hyperdiff.Primitives;

namespace Hyperdiff;

/// <summary>A window that moves along the last axes of a result and adds to it: what transposed convolutions do.</summary>
internal sealed class TransposedGeometry
{
    private readonly int[] _whole;
    private readonly int[] _before;
    private readonly int[] _sizes;
    private readonly int[] _strides;
    private readonly int[] _dilations;

    /// <summary>Checks the numbers, and finds the sizes of the result.</summary>
    /// <param name="name">The operation, for messages.</param>
    /// <param name="windows">The places that the window takes, and the elements that it adds to, along each axis.</param>
    /// <param name="options">How it moves.</param>
    /// <param name="outputPadding">Elements of the result behind the last window.</param>
    /// <exception cref="ShapeMismatchException">Nothing is left within the padding.</exception>
    public TransposedGeometry(string name, (int[] Positions, int[] Kernel) windows, Convolution options, Axes outputPadding)
    {
        (int[] positions, int[] kernel) = windows;
        int moved = positions.Length;
        if (options.Padding.IsSame)
        {
            throw new ArgumentException($"{name}: the padding 'same' belongs to several sizes of the result; give numbers: Padding.Of(before, after).",
                nameof(options));
        }

        _strides = WindowNumbers.For(name, "stride", options.Stride, moved);
        _dilations = WindowNumbers.For(name, "dilation", options.Dilation, moved);
        int[] added = WindowNumbers.For(name, "outputPadding", outputPadding, moved, least: 0);
        (_before, int[] after) = options.Padding.For(name, positions, kernel, _strides);
        (_whole, _sizes) = (new int[moved], new int[moved]);
        for (int axis = 0; axis < moved; axis++)
        {
            if (added[axis] >= Math.Max(_strides[axis], _dilations[axis]))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(outputPadding), added[axis],
                    $"{name}: an output padding of {added[axis]} is not less than stride {_strides[axis]} or dilation {_dilations[axis]}.");
            }

            _whole[axis] = Math.Max(((positions[axis] - 1) * _strides[axis]) + ((kernel[axis] - 1) * _dilations[axis]) + 1, 0) + added[axis];
            _sizes[axis] = _whole[axis] - _before[axis] - after[axis];
            if (_sizes[axis] < 1)
            {
                throw new ShapeMismatchException(
                    $"{name}: {positions[axis]} windows of {kernel[axis]} elements cover {_whole[axis]} elements, of which a padding of "
                        + $"{_before[axis]} and {after[axis]} leaves none.");
            }
        }
    }

    /// <summary>The windows added up: <c>[…, kernel …, position …]</c> gives <c>[…, size …]</c>.</summary>
    public Tensor Overlap(Tensor windows)
    {
        Tensor whole = new OverlapAdd(_whole, _strides, _dilations).Of(windows);
        for (int axis = 0; axis < _sizes.Length; axis++)
        {
            whole = whole.Slice(axis - _sizes.Length, _before[axis], _before[axis] + _sizes[axis]);
        }

        return whole;
    }
}
