namespace Hyperdiff;

/// <summary>How many elements a window sees beyond each end of an axis that it moves along: zeros for convolutions and averages, nothing for maxima.</summary>
public sealed record Padding
{
    private readonly Axes? _before;
    private readonly Axes? _after;

    private Padding(Axes? before, Axes? after) => (_before, _after) = (before, after);

    /// <summary>None: a window lies within the tensor everywhere.</summary>
    public static Padding Valid { get; } = new(0, 0);

    /// <summary>As much as makes ⌈size/stride⌉ windows; with a stride of 1 the sizes stay. What is odd goes behind the last element.</summary>
    /// <remarks>With strides beyond 1 as TensorFlow and JAX define it; PyTorch has it for a stride of 1 only, where the definitions agree.</remarks>
    public static Padding Same { get; } = new(null, null);

    /// <summary>Whether this is <see cref="Same"/>.</summary>
    public bool IsSame => _before is null;

    /// <summary>The same at both ends of all axes.</summary>
    public static implicit operator Padding(int both) => Of(both);

    /// <summary>The same at both ends of an axis: a number for each, or one for all.</summary>
    public static Padding Of(Axes both) => new(both, both);

    /// <summary>Numbers for the two ends: for each axis, or one for all.</summary>
    /// <param name="before">Elements before the first.</param>
    /// <param name="after">Elements after the last.</param>
    public static Padding Of(Axes before, Axes after) => new(before, after);

    /// <summary><c>same</c>, <c>(1) and (2)</c>.</summary>
    public override string ToString() => IsSame ? "same" : $"{_before} and {_after}";

    /// <summary>The numbers along axes of these sizes, for windows that span so many elements.</summary>
    internal (int[] Before, int[] After) For(string name, ReadOnlySpan<int> sizes, int[] spans, int[] strides)
    {
        if (_before is { } before && _after is { } after)
        {
            return (WindowNumbers.For(name, "padding", before, sizes.Length, least: 0), WindowNumbers.For(name, "padding", after, sizes.Length, least: 0));
        }

        var first = new int[sizes.Length];
        var last = new int[sizes.Length];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            int positions = ((sizes[axis] - 1) / strides[axis]) + 1;
            int all = sizes[axis] == 0 ? 0 : (int)Math.Max(((positions - 1) * (long)strides[axis]) + spans[axis] - sizes[axis], 0);
            (first[axis], last[axis]) = (all / 2, all - (all / 2));
        }

        return (first, last);
    }
}
