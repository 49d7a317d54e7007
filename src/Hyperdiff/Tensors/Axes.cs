using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Hyperdiff;

/// <summary>An ordered list of axes, or of other integers that describe an operation, compared by value.</summary>
[CollectionBuilder(typeof(AxesBuilder), nameof(AxesBuilder.Create))]
public readonly struct Axes : IEquatable<Axes>
{
    private readonly ImmutableArray<int> _items;

    /// <summary>The positions of what is true.</summary>
    internal static Axes Where(ReadOnlySpan<bool> flags)
    {
        var positions = new List<int>();
        for (int i = 0; i < flags.Length; i++)
        {
            if (flags[i])
            {
                positions.Add(i);
            }
        }

        return [.. positions];
    }

    /// <summary>A list of these integers.</summary>
    public Axes(params ReadOnlySpan<int> items) => _items = [.. items];

    /// <summary>The integers, in order.</summary>
    public ImmutableArray<int> Items => _items.IsDefault ? [] : _items;

    /// <summary>How many there are.</summary>
    public int Count => Items.Length;

    /// <summary>The one at a position.</summary>
    public int this[int position] => Items[position];

    /// <summary>The list of the integers of an array.</summary>
    public static implicit operator Axes(int[] items) => new(items);

    /// <summary>The list of one integer.</summary>
    public static implicit operator Axes(int item) => new(item);

    /// <summary>Whether two lists hold the same integers in the same order.</summary>
    public static bool operator ==(Axes left, Axes right) => left.Equals(right);

    /// <summary>Whether two lists differ.</summary>
    public static bool operator !=(Axes left, Axes right) => !left.Equals(right);

    /// <summary>Whether the list holds an integer.</summary>
    public bool Contains(int item) => Items.Contains(item);

    /// <inheritdoc/>
    public bool Equals(Axes other) => Items.AsSpan().SequenceEqual(other.Items.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Axes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (int item in Items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    /// <summary>The integers, for <c>foreach</c>.</summary>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Items).GetEnumerator();

    /// <summary><c>(0, 2)</c>.</summary>
    public override string ToString() => $"({string.Join(", ", Items)})";
}
