namespace Hyperdiff;

/// <summary>What stands for one axis between the brackets of <c>tensor[…]</c>: a position, or a range with a step.</summary>
public readonly struct TensorIndex : IEquatable<TensorIndex>
{
    private readonly Index _position;
    private readonly Range _range;
    private readonly int _step;

    private TensorIndex(Index position) => (_position, IsPosition) = (position, true);

    private TensorIndex(Range range, int step) => (_range, _step) = (range, step);

    /// <summary>The whole axis.</summary>
    public static TensorIndex All { get; } = new(.., 1);

    /// <summary>Whether this is one position, whose axis disappears; otherwise it is a range, whose axis stays.</summary>
    public bool IsPosition { get; }

    /// <summary>One position from 0; a negative one counts from the end, −1 is the last.</summary>
    public static implicit operator TensorIndex(int position) =>
        new(position < 0 ? new Index(-Math.Max(position, -int.MaxValue), fromEnd: true) : new Index(position));

    /// <summary>One position; <c>^1</c> is the last.</summary>
    public static implicit operator TensorIndex(Index position) => new(position);

    /// <summary>The elements of a range.</summary>
    public static implicit operator TensorIndex(Range range) => new(range, 1);

    /// <summary>Whether two select the same.</summary>
    public static bool operator ==(TensorIndex left, TensorIndex right) => left.Equals(right);

    /// <summary>Whether two select differently.</summary>
    public static bool operator !=(TensorIndex left, TensorIndex right) => !left.Equals(right);

    /// <summary>Every k-th element of the axis, beginning with the first.</summary>
    public static TensorIndex Every(int step) => Every(step, ..);

    /// <summary>Every k-th element of a range, beginning with its first.</summary>
    /// <param name="step">k, at least 1.</param>
    /// <param name="range">The range.</param>
    public static TensorIndex Every(int step, Range range)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        return new TensorIndex(range, step);
    }

    /// <inheritdoc/>
    public bool Equals(TensorIndex other) =>
        IsPosition == other.IsPosition && _position.Equals(other._position) && _range.Equals(other._range) && _step == other._step;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TensorIndex other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsPosition, _position, _range, _step);

    /// <summary>As it is written: <c>^1</c>, <c>1..3</c>, <c>0..^0 by 2</c>.</summary>
    public override string ToString() => IsPosition ? _position.ToString() : _step == 1 ? _range.ToString() : $"{_range} by {_step}";

    /// <summary>The first element, how many, and how far apart, along an axis of a shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position or the range is outside the axis.</exception>
    internal (int Start, int Count, int Step) Resolve(Shape shape, int axis)
    {
        int size = shape[axis];
        if (IsPosition)
        {
            int position = _position.GetOffset(size);
            return position >= 0 && position < size ? (position, 1, 1) : throw Outside(shape, axis);
        }

        (int start, int stop) = (_range.Start.GetOffset(size), _range.End.GetOffset(size));
        if (start < 0 || stop < start || stop > size)
        {
            throw Outside(shape, axis);
        }

        // a default value is the whole axis, as an omitted index is
        int step = Math.Max(_step, 1);
        int count = (int)(((long)stop - start + step - 1) / step);
        return (start, count, count > 1 ? step : 1);
    }

    private ArgumentOutOfRangeException Outside(Shape shape, int axis) => new(
        null, ToString(), $"Index {this} is outside axis {axis} of shape {shape}, which has size {shape[axis]}.");
}
