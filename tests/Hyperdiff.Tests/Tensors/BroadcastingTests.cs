using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Hyperdiff.Tests.Tensors;

/// <summary>Broadcasting, against the definition written out element by element.</summary>
[Properties(Replay = "(4660,22137)", MaxTest = 200, Arbitrary = [typeof(Draws)])]
public sealed class BroadcastingTests
{
    [Property]
    public bool Sum_OfBroadcastOperands_IsTheDefinition(Pair pair)
    {
        Tensor left = Numbered(pair.Left, 1);
        Tensor right = Numbered(pair.Right, 100);
        Tensor sum = left + right;

        return sum.ToArray<double>().SequenceEqual(
            Indices(sum.Shape).Select(index => At(left, index) + At(right, index)));
    }

    [Property]
    public bool TryBroadcast_AgreesWithTheRule(Sizes first, Sizes second)
    {
        (int[] left, int[] right) = (first.All, second.All);
        int rank = Math.Max(left.Length, right.Length);
        int[] a = [.. Enumerable.Repeat(1, rank - left.Length), .. left];
        int[] b = [.. Enumerable.Repeat(1, rank - right.Length), .. right];
        bool expected = a.Zip(b).All(pair => pair.First == pair.Second || pair.First == 1 || pair.Second == 1);
        bool actual = Shape.TryBroadcast(new Shape(left), new Shape(right), out Shape result);

        return actual == expected && (!actual || result == new Shape([.. a.Zip(b).Select(pair => pair.First == 1 ? pair.Second : pair.First)]));
    }

    [Property]
    public bool Gradient_OfABroadcastOperand_CountsItsCopies(Pair pair)
    {
        Tensor left = Numbered(pair.Left, 1);
        Tensor right = Numbered(pair.Right, 100);
        Tensor gradient = Primitives.Differentiate.Gradient(x => (x + right).Sum(), left);
        double copies = left.Count == 0 ? 0 : (left + right).Count / (double)left.Count;

        return gradient.Shape == left.Shape && gradient.ToArray<double>().All(element => element == copies);
    }

    [Property]
    public bool Slices_AreTheDefinition(Cut cut)
    {
        Tensor x = Tensor.Arange(2 * cut.Size).Reshape(2, cut.Size);
        int[] expected = [.. Enumerable.Range(0, 2).SelectMany(row => Enumerable.Range(0, cut.Size)
            .Where(i => i >= cut.Start && i < cut.Stop && (i - cut.Start) % cut.Step == 0).Select(i => (row * cut.Size) + i))];
        return x.Slice(1, cut.Start, cut.Stop, cut.Step).ToArray<int>().SequenceEqual(expected);
    }

    private static Tensor Numbered(int[] sizes, double first)
    {
        var shape = new Shape(sizes);
        return Tensor.From(Enumerable.Range(0, shape.ElementCount).Select(i => first + i).ToArray(), shape);
    }

    private static IEnumerable<int[]> Indices(Shape shape) => shape.Sizes.Aggregate(
        (IEnumerable<int[]>)[[]], (prefixes, size) => prefixes.SelectMany(prefix => Enumerable.Range(0, size).Select(i => (int[])[.. prefix, i])));

    // the element that an index of the common shape means: aligned at the last axis, axes of size 1 at 0
    private static double At(Tensor tensor, int[] index)
    {
        int[] own = index[^tensor.Rank..];
        int position = 0;
        for (int axis = 0; axis < tensor.Rank; axis++)
        {
            position = (position * tensor.Shape[axis]) + (tensor.Shape[axis] == 1 ? 0 : own[axis]);
        }

        return tensor.ToArray<double>()[position];
    }

    /// <summary>A shape.</summary>
    public sealed record Sizes(params int[] All);

    /// <summary>Two shapes that broadcast.</summary>
    public sealed record Pair(int[] Left, int[] Right);

    /// <summary>A slice of an axis.</summary>
    public sealed record Cut(int Size, int Start, int Stop, int Step);

    private static class Draws
    {
        // small sizes, of which 0 and 1 are frequent
        private static readonly Gen<int[]> s_shapes = Gen.Choose(0, 4).SelectMany(rank => Gen.ArrayOf(Gen.Elements(1, 2, 3, 1, 0, 4), rank));

        public static Arbitrary<Sizes> Shapes() => Arb.From(
            s_shapes.Select(sizes => new Sizes(sizes)), sizes => sizes.All.Select((_, dropped) => new Sizes([.. sizes.All.Where((_, i) => i != dropped)])));

        // a common shape, of which either side forgets leading axes and shrinks some sizes to 1
        public static Arbitrary<Pair> Pairs() => s_shapes.SelectMany(
            common => Narrowed(common).SelectMany(left => Narrowed(common).Select(right => new Pair(left, right)))).ToArbitrary();

        public static Arbitrary<Cut> Cuts() => Gen.Choose(0, 7).SelectMany(size => Gen.Choose(0, size).SelectMany(
            start => Gen.Choose(start, size).SelectMany(stop => Gen.Choose(1, 3).Select(step => new Cut(size, start, stop, step))))).ToArbitrary();

        private static Gen<int[]> Narrowed(int[] common) => Gen.Choose(0, common.Length).SelectMany(
            dropped => Gen.ArrayOf(Gen.Elements(true, false), common.Length)
                .Select(shrink => common.Select((size, i) => shrink[i] ? 1 : size).Skip(dropped).ToArray()));
    }
}
