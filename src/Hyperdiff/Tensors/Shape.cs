using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>The sizes of a tensor along its axes, outermost first: <c>[569, 30]</c>; <c>[]</c> is a scalar.</summary>
/// <remarks>Elements are laid out row-major everywhere: the last axis varies fastest. Two shapes are equal when all sizes are.</remarks>
[CollectionBuilder(typeof(ShapeBuilder), nameof(ShapeBuilder.Create))]
[JsonConverter(typeof(JsonValueConverter<Shape>))]
public readonly struct Shape : IEquatable<Shape>, IJsonValue<Shape>
{
    private readonly ImmutableArray<int> _sizes;

    /// <summary>A shape with the given sizes.</summary>
    /// <param name="sizes">One size per axis, none negative; their product must fit in an <c>int</c>.</param>
    /// <exception cref="ArgumentException">A size is negative, or there would be more than 2³¹−1 elements.</exception>
    public Shape(params ReadOnlySpan<int> sizes)
    {
        long count = 1;
        bool empty = false;
        foreach (int size in sizes)
        {
            if (size < 0)
            {
                throw new ArgumentException($"A shape has no negative sizes: {Describe(sizes)}.", nameof(sizes));
            }

            empty |= size == 0;
            count = Math.Min(count * Math.Max(size, 1), long.MaxValue / int.MaxValue);
        }

        if (!empty && count > int.MaxValue)
        {
            throw new ArgumentException($"{Describe(sizes)} has more than 2^31-1 elements; split the tensor along an axis.", nameof(sizes));
        }

        _sizes = [.. sizes];
        ElementCount = empty ? 0 : (int)count;
    }

    /// <summary>The shape of a scalar: no axes, one element.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>The number of axes.</summary>
    public int Rank => Sizes.Length;

    /// <summary>The number of elements, the product of the sizes.</summary>
    /// <remarks>Not named <c>Count</c>, which collection expressions such as <c>[2, .. shape]</c> take for the number of sizes.</remarks>
    public int ElementCount { get; }

    /// <summary>The sizes, outermost first.</summary>
    public ImmutableArray<int> Sizes => _sizes.IsDefault ? [] : _sizes;

    /// <summary>The size along an axis; <c>^1</c> is the last.</summary>
    public int this[Index axis] => Sizes[axis.GetOffset(Rank)];

    /// <summary>The sizes as a span, so that a shape can stand where sizes are asked for: <c>x.Reshape(y.Shape)</c>.</summary>
    public static implicit operator ReadOnlySpan<int>(Shape shape) => shape.Sizes.AsSpan();

    /// <summary>Whether two shapes have the same sizes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ in a size or in their number of axes.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>
    /// The shape to which two shapes broadcast: aligned at the last axis, sizes must agree or one of them be 1 (or absent).
    /// </summary>
    /// <returns>False if they do not broadcast.</returns>
    public static bool TryBroadcast(Shape left, Shape right, out Shape result)
    {
        if (left == right)
        {
            result = left;
            return true;
        }

        int rank = Math.Max(left.Rank, right.Rank);
        var sizes = new int[rank];
        for (int back = 1; back <= rank; back++)
        {
            int a = back <= left.Rank ? left[^back] : 1;
            int b = back <= right.Rank ? right[^back] : 1;
            if (a != b && a != 1 && b != 1)
            {
                result = default;
                return false;
            }

            sizes[rank - back] = a == 1 ? b : a;
        }

        result = new Shape(sizes);
        return true;
    }

    /// <summary>Turns an axis that may count from the end (<c>-1</c> is the last) into one that counts from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public int Axis(int axis, [CallerMemberName] string operation = nameof(Axis))
    {
        if (axis < -Rank || axis >= Rank)
        {
            throw new ArgumentOutOfRangeException(nameof(axis), axis,
                $"{operation}: shape {this} has no axis {axis}; {(Rank == 0 ? "it has none: unsqueeze it" : $"its axes are {-Rank}..{Rank - 1}")}.");
        }

        return axis < 0 ? axis + Rank : axis;
    }

    /// <summary>The distance in elements between neighbors along each axis of a row-major tensor of this shape.</summary>
    public int[] Strides()
    {
        var strides = new int[Rank];
        int stride = 1;
        for (int axis = Rank - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride *= Sizes[axis];
        }

        return strides;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => Sizes.AsSpan().SequenceEqual(other.Sizes.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (int size in Sizes)
        {
            hash.Add(size);
        }

        return hash.ToHashCode();
    }

    /// <summary>The sizes, for <c>foreach</c>.</summary>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)Sizes).GetEnumerator();

    /// <summary><c>[569, 30]</c>.</summary>
    public override string ToString() => Describe(Sizes.AsSpan());

    private static string Describe(ReadOnlySpan<int> sizes) => $"[{string.Join(", ", sizes.ToArray())}]";

    void IJsonValue<Shape>.WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (int size in Sizes)
        {
            writer.WriteNumberValue(size);
        }

        writer.WriteEndArray();
    }

    static Shape IJsonValue<Shape>.ReadJson(JsonPart json)
    {
        int[] sizes = [.. json.Items.Select(size => size.Int32())];
        try
        {
            return new Shape(sizes);
        }
        catch (ArgumentException exception)
        {
            throw new JsonException($"{json.Place}: {exception.Message}", exception);
        }
    }
}
