using System.Globalization;

namespace Hyperdiff.Reports;

/// <summary>A leaf of λ as a few named numbers: its elements where they are few, else how they are spread.</summary>
internal sealed class LeafColumns
{
    private static readonly string[] s_spread = ["min", "median", "max"];

    /// <summary>The numbers of a leaf.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="most">How many elements are few.</param>
    public LeafColumns(Leaf leaf, int most)
    {
        // a name is part of a line
        string name = string.Concat(leaf.Name.Select(c => char.IsControl(c) ? ' ' : c));
        double[] elements = Elements(leaf.Value);
        bool isFew = elements.Length <= most;
        Names = !isFew ? [.. s_spread.Select(part => $"{name}.{part}")]
            : leaf.Value.Rank == 0 ? [name] : [.. elements.Select((_, i) => $"{name}[{Position(leaf.Value.Shape, i)}]")];
        Numbers = isFew ? elements : Quantiles(elements, 0, 0.5, 1);
    }

    /// <summary>The names, which are those of every step.</summary>
    public string[] Names { get; }

    /// <summary>The numbers.</summary>
    public double[] Numbers { get; }

    /// <summary>The elements of a tensor as numbers.</summary>
    public static double[] Elements(Tensor tensor) => tensor.DType switch
    {
        DType.Float64 => tensor.ToArray<double>(),
        DType.Float32 => Array.ConvertAll(tensor.ToArray<float>(), element => (double)element),
        DType.Int32 => Array.ConvertAll(tensor.ToArray<int>(), element => (double)element),
        _ => Array.ConvertAll(tensor.ToArray<bool>(), element => element ? 1.0 : 0.0),
    };

    /// <summary>Quantiles of numbers, linear between neighbors; NaN where there is a NaN, which no order has a place for, or nothing at all.</summary>
    /// <param name="elements">The numbers.</param>
    /// <param name="shares">From 0, the smallest, to 1, the largest, in ascending order.</param>
    public static double[] Quantiles(double[] elements, params double[] shares)
    {
        if (elements.Length == 0 || Array.Exists(elements, double.IsNaN))
        {
            return [.. shares.Select(_ => double.NaN)];
        }

        // ends and quartiles are a few places of the order, which is not made whole
        double[] placed = [.. elements];
        int done = 0;
        return Array.ConvertAll(shares, share =>
        {
            double place = share * (placed.Length - 1);
            int below = (int)Math.Floor(place);
            double rest = place - below;
            double least = At(below);
            return rest == 0 ? least : (least * (1 - rest)) + (At(below + 1) * rest);
        });

        double At(int place)
        {
            if (place >= done)
            {
                Selection.Place(placed.AsSpan(done), place - done);
                done = place;
            }

            return placed[place];
        }
    }

    private static string Position(Shape shape, int element) => string.Join(
        ' ', shape.Strides().Zip(shape.Sizes, (stride, size) => (element / stride % size).ToString(CultureInfo.InvariantCulture)));
}
