using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Transforms;

/// <summary>The cotangents of parts of one value, put together at once.</summary>
/// <remarks>
/// One part after the other placed among zeros and added costs as much as there are parts times what the whole has elements, and a function that reads its
/// argument element by element would have a derivative of quadratic cost. Here slices that do not overlap are joined, axis by axis, and what is chosen by
/// indices is added in one place.
/// </remarks>
internal sealed class PartCotangents
{
    /// <summary>Up to so many parts are placed one by one.</summary>
    private const int Few = 3;

    private readonly List<(Slice Slice, Tensor Cotangent)> _slices = [];
    private readonly List<(Take Take, Tensor Indices, Tensor Cotangent)> _chosen = [];

    /// <summary>Whether what an equation takes from a value is a part of it.</summary>
    public static bool Keeps(Primitive primitive) => primitive is Slice or Take { Batch: 0 };

    /// <summary>Keeps the cotangent of a part of a value.</summary>
    /// <param name="primitive">What takes it.</param>
    /// <param name="operands">Its operands, the known ones with values.</param>
    /// <param name="cotangent">The cotangent of its result.</param>
    public void Keep(Primitive primitive, ReadOnlySpan<Operand> operands, Tensor cotangent)
    {
        if (primitive is Slice slice)
        {
            _slices.Add((slice, cotangent));
        }
        else
        {
            _chosen.Add(((Take)primitive, operands[1].Value, cotangent));
        }
    }

    /// <summary>The cotangent of the whole.</summary>
    /// <param name="whole">Its type.</param>
    public Tensor Whole(TensorType whole)
    {
        Tensor? slices = _slices.Count > Few ? Joined([.. _slices], 0, whole.Shape)
            : Sum(_slices.Select(part => new Pad(whole.Shape, part.Slice.Starts, part.Slice.Steps).Of(part.Cotangent)));
        Tensor? chosen = Sum(_chosen.GroupBy(part => part.Take.Axis).SelectMany(group => Added([.. group], group.Key, whole.Shape)));
        return Sum(new[] { slices, chosen }.OfType<Tensor>())!;
    }

    private static Tensor? Sum(IEnumerable<Tensor> terms)
    {
        Tensor? sum = null;
        foreach (Tensor term in terms)
        {
            sum = sum is null ? term : sum + term;
        }

        return sum;
    }

    private static IEnumerable<Tensor> Added((Take Take, Tensor Indices, Tensor Cotangent)[] parts, int axis, Shape whole)
    {
        var scatter = new ScatterAdd(axis, whole[axis]);
        if (parts.Length <= Few)
        {
            return parts.Select(part => scatter.Of(part.Cotangent, part.Indices));
        }

        return
        [
            scatter.Of(
                Tensor.Concat(axis, [.. parts.Select(part => part.Cotangent.Reshape(With(whole, axis, part.Indices.Count)))]),
                Tensor.Concat(0, [.. parts.Select(part => part.Indices.Reshape(part.Indices.Count))])),
        ];
    }

    /// <summary>Parts that agree on the axes before one, put together on it and those after it.</summary>
    private static Tensor Joined((Slice Slice, Tensor Cotangent)[] parts, int axis, Shape whole)
    {
        if (axis == whole.Rank)
        {
            return Sum(parts.Select(part => part.Cotangent))!;
        }

        var ranges = parts.GroupBy(part => (Start: part.Slice.Starts[axis], Count: part.Slice.Counts[axis], Step: part.Slice.Steps[axis]))
            .Select(group => (group.Key.Start, group.Key.Count, group.Key.Step, Cotangent: Joined([.. group], axis + 1, whole))).ToArray();
        var layers = new List<Tensor>();
        var open = new PriorityQueue<List<(int Start, Tensor Cotangent)>, int>();
        foreach (var (start, count, _, cotangent) in ranges.Where(range => range.Step == 1).OrderBy(range => range.Start))
        {
            // behind what ends first, or beside all
            List<(int, Tensor)> layer = open.TryPeek(out List<(int, Tensor)>? first, out int end) && end <= start ? open.Dequeue() : [];
            layer.Add((start, cotangent));
            open.Enqueue(layer, start + count);
        }

        layers.AddRange(open.UnorderedItems.Select(item => Layer(item.Element, axis, whole[axis])));
        layers.AddRange(ranges.Where(range => range.Step != 1).Select(range => Placed(range.Cotangent, axis, whole[axis], (range.Start, range.Step))));
        return Sum(layers)!;
    }

    private static Tensor Layer(List<(int Start, Tensor Cotangent)> parts, int axis, int size)
    {
        if (parts.Count == 1)
        {
            return Placed(parts[0].Cotangent, axis, size, (parts[0].Start, 1));
        }

        var pieces = new List<Tensor>();
        int end = 0;
        foreach ((int start, Tensor cotangent) in parts)
        {
            Gap(start - end);
            pieces.Add(cotangent);
            end = start + cotangent.Shape[axis];
        }

        Gap(size - end);
        return Tensor.Concat(axis, [.. pieces]);

        void Gap(int length)
        {
            if (length > 0)
            {
                Tensor like = parts[0].Cotangent;
                pieces.Add(Tensor.Zeros(With(like.Shape, axis, length), like.DType));
            }
        }
    }

    private static Tensor Placed(Tensor part, int axis, int size, (int Start, int Step) at)
    {
        if (part.Shape[axis] == size && at == (0, 1))
        {
            return part;
        }

        int[] starts = new int[part.Rank], steps = [.. Enumerable.Repeat(1, part.Rank)];
        (starts[axis], steps[axis]) = at;
        return new Pad(With(part.Shape, axis, size), new Axes(starts), new Axes(steps)).Of(part);
    }

    private static Shape With(Shape shape, int axis, int size) =>
        new([.. shape.Sizes.Select((count, i) => i == axis ? size : count)]);
}
