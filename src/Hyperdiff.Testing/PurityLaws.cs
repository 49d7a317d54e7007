using System.Globalization;

namespace Hyperdiff.Testing;

/// <summary>What holds of a function that is promised to be pure.</summary>
/// <param name="subject">What is looked at.</param>
/// <param name="captures">What the function captured.</param>
internal sealed class PurityLaws(string subject, IReadOnlyList<CapturedVariable> captures)
{
    /// <summary>Looks at all of them.</summary>
    /// <param name="points">Where.</param>
    /// <param name="tree">How a result is made of tensors.</param>
    /// <param name="kept">The result of the graph that is kept.</param>
    /// <param name="anew">The result of the function, traced anew.</param>
    public LawReport Report<TPoint, TResult>(TPoint[] points, Tree<TResult> tree, Func<TPoint, TResult> kept, Func<TPoint, TResult> anew)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Length == 0)
        {
            throw new ArgumentException("The laws of a pure function are looked at in points: give one at least.", nameof(points));
        }

        var book = new LawBook(subject, 0);
        Named<TPoint>[] named = [.. points.Select((point, i) => new Named<TPoint>(i, point))];
        CapturedVariable[] mutable = [.. captures.Where(variable => variable.CanChange)];
        book.Look("captures nothing that can change", mutable.Length == 0 ? [] : new[] { string.Join("; ", mutable.Select(variable => variable.ToString())) },
            _ => "what it holds can change, and is a constant to the graph that is kept; pass it in the data");
        book.Look("repeats its bits", named, point => Difference(tree, anew(point.At), anew(point.At)) is { } difference
            ? $"{difference} when it is traced twice; take what changes, a random key or the time, in the data" : null);
        book.Look("is the same when it is traced anew", named, point => Difference(tree, kept(point.At), anew(point.At)) is { } difference
            ? $"{difference} when it is traced anew: state that no variable holds, a static field or a mutable value of a module, has changed; pass it in the "
                + "data" : null);
        return book.Report();
    }

    private static string? Difference<TResult>(Tree<TResult> tree, TResult one, TResult other)
    {
        (IReadOnlyList<Leaf> first, IReadOnlyList<Leaf> second) = (Leaves(tree, one), Leaves(tree, other));
        if (first.Count != second.Count)
        {
            return string.Create(CultureInfo.InvariantCulture, $"the result has {first.Count} leaves, and {second.Count}");
        }

        for (int i = 0; i < first.Count; i++)
        {
            (Tensor left, Tensor right) = (first[i].Value, second[i].Value);
            if (left.Type != right.Type)
            {
                return $"{Called(first[i])} is {left.Type}, and {right.Type}";
            }

            (double[] before, double[] after) = (left.To(DType.Float64).ToArray<double>(), right.To(DType.Float64).ToArray<double>());
            int differs = Enumerable.Range(0, before.Length).FirstOrDefault(at => !before[at].Equals(after[at]), -1);
            if (differs >= 0)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{Called(first[i])} holds {before[differs]:G17}, and {after[differs]:G17}");
            }
        }

        return null;
    }

    private static string Called(Leaf leaf) => leaf.Name.Length == 0 ? "the result" : leaf.Name;

    private static IReadOnlyList<Leaf> Leaves<TResult>(Tree<TResult> tree, TResult result)
    {
        var writer = new LeafWriter(string.Empty);
        tree.Flatten(result, writer);
        return writer.Leaves;
    }

    private readonly record struct Named<TPoint>(int Number, TPoint At)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"at point {Number}");
    }
}
