namespace Hyperdiff.Lifting;

/// <summary>A <c>double[]</c> or <c>double[,]</c> of a lifted method. Used by generated code.</summary>
/// <remarks>
/// Two variables may stand for one array, as in C#. It is a tensor until it is written to, then numbers one by one, so that elements of known position cost
/// nothing; within a loop that stays one it is a tensor again.
/// </remarks>
public sealed class Numbers
{
    private readonly int[] _lengths;
    private Tensor? _whole;
    private Number[]? _elements;

    private Numbers(int[] lengths, Tensor? whole, Number[]? elements) => (_lengths, _whole, _elements) = (lengths, whole, elements);

    /// <summary>The number of elements.</summary>
    public int Length => _lengths.Length == 1 ? _lengths[0] : _lengths[0] * _lengths[1];

    /// <summary>The number of axes.</summary>
    public int Rank => _lengths.Length;

    /// <summary>How many conditions, and how many loops, stood around its creation: writes answer to those that came after.</summary>
    internal (int Conditions, int Loops) Depth { get; init; }

    /// <summary>Whether it is one of two arrays, by a condition that is not known: a write would have to reach one of them.</summary>
    internal bool IsChoice { get; private init; }

    /// <summary>The array that a tensor holds.</summary>
    /// <param name="whole">The tensor, <c>float64</c> of shape [n] or [n, m].</param>
    public static Numbers Of(Tensor whole)
    {
        ArgumentNullException.ThrowIfNull(whole);
        return new Numbers([.. whole.Shape.Sizes], whole, null);
    }

    /// <summary>The length along an axis.</summary>
    public int GetLength(int axis) => _lengths[axis];

    /// <summary>The array as a tensor, <c>float64</c> of shape [n] or [n, m].</summary>
    public Tensor AsTensor() => _whole ??= _elements!.Length == 0
        ? Tensor.Zeros(new Shape(_lengths)) : Tensor.Stack(0, [.. _elements!.Select(element => element.AsTensor())]).Reshape(_lengths);

    internal static Numbers Create(int[] lengths, Number[] elements, (int Conditions, int Loops) depth) => new(lengths, null, elements) { Depth = depth };

    internal static Numbers Choose(Tensor condition, Numbers left, Numbers right) => left._lengths.AsSpan().SequenceEqual(right._lengths)
        ? new Numbers(left._lengths, Tensor.Where(condition, left.AsTensor(), right.AsTensor()), null) { IsChoice = true }
        : throw Unknown.Choice("Arrays of different lengths are chosen");

    /// <summary>A copy, as <c>Clone</c> makes one.</summary>
    internal Numbers Copy((int Conditions, int Loops) depth) => new(_lengths, _whole, (Number[]?)_elements?.Clone()) { Depth = depth };

    internal bool Holds(int position) => position >= 0 && position < Length;

    internal Number Get(int position) => _elements is { } elements ? elements[position] : Number.Traced(_whole!.Reshape(Length)[position]);

    /// <summary>The element at a position that is not known; not a number where there is none.</summary>
    internal Number Get(Tensor position)
    {
        Tensor inside = (position >= 0) & (position < Length);
        return Number.Traced(Length == 0 ? Tensor.Scalar(double.NaN)
            : Tensor.Where(inside, AsTensor().Reshape(Length).Take(Tensor.Where(inside, position, 0).To(DType.Int32)), double.NaN));
    }

    internal void Set(int position, Number value)
    {
        _elements ??= [.. Enumerable.Range(0, Length).Select(Get)];
        _elements[position] = value;
        _whole = null;
    }

    /// <summary>Writes at a position that is not known; a position outside makes the whole array not a number, since C# would have stopped there.</summary>
    internal void Set(Tensor position, Number value, Tensor? condition)
    {
        Tensor places = Tensor.Arange(Length).To(DType.Float64), inside = (position >= 0) & (position < Length);
        Tensor here = condition is null ? places.Equal(position) : places.Equal(position) & condition;
        Tensor outside = condition is null ? !inside : !inside & condition;
        Tensor written = Tensor.Where(outside, double.NaN, Tensor.Where(here, value.AsTensor(), AsTensor().Reshape(Length)));
        (_whole, _elements) = (written.Reshape(_lengths), null);
    }

    internal (Tensor? Whole, Number[]? Elements) Save() => (_whole, (Number[]?)_elements?.Clone());

    internal void Restore((Tensor? Whole, Number[]? Elements) state) => (_whole, _elements) = (state.Whole, (Number[]?)state.Elements?.Clone());

    internal void Replace(Tensor whole) => (_whole, _elements) = (whole, null);

    /// <inheritdoc/>
    public override string ToString() => $"{string.Join("×", _lengths)} numbers";
}
