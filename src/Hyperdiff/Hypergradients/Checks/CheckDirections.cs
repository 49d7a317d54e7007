namespace Hyperdiff;

/// <summary>What derivatives are taken along in a check: vectors drawn from a key, one after the other.</summary>
internal sealed class CheckDirections(RandomKey key)
{
    private const double LargestStep = 0.1;

    // of a derivative, what rounding may leave unseen
    private const double Useless = 0.01;

    private int _draws;

    /// <summary>A vector of normal numbers.</summary>
    public Tensor Draw(TensorType type) => key.Fold(_draws++).Normal(type.Shape, type.DType);

    /// <summary>A direction of unit norm, of the leaf's type.</summary>
    public Tensor Unit(Tensor leaf)
    {
        Tensor drawn = Draw(leaf.Type);
        double norm = Norm(drawn);
        return norm == 0 ? drawn : drawn / norm;
    }

    /// <summary>A direction of unit norm along which a derivative is seen: a random one, unless its derivative would drown in the rounding of the function, as
    /// those of large leaves do in <c>float32</c>, of whose gradient a random direction has 1/√n. Then one half of which is the gradient; the leaf itself,
    /// where the gradient is said to be zero.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="gradient">The derivative that is checked.</param>
    /// <param name="size">The size of the function at the point.</param>
    public Tensor Seen(Tensor leaf, Tensor gradient, double size)
    {
        Tensor random = Unit(leaf);
        double along = LeafVector.Dot(new LeafVector([gradient]), new LeafVector([random])).ToScalar(), magnitude = Math.Abs(size) / Longest(leaf);
        if (!(Rounding(leaf, magnitude) > Useless * Math.Abs(along)) || !double.IsFinite(magnitude))
        {
            return random;
        }

        Tensor main = Norm(gradient) is > 0 and < double.PositiveInfinity ? gradient : leaf;
        double norm = Norm(main);
        if (!(norm > 0 && double.IsFinite(norm)))
        {
            return random;
        }

        // turned to the side of the random one: of two opposite ones nothing would be left
        Tensor unit = new LeafVector([main]).Over(norm).Leaves[0];
        bool isOpposite = LeafVector.Dot(new LeafVector([unit]), new LeafVector([random])).ToScalar() < 0;
        Tensor both = isOpposite ? random - unit : random + unit;
        return both / Norm(both);
    }

    /// <summary>What a difference may be off for rounding, beside what the sweep of steps says of itself.</summary>
    /// <param name="leaf">The leaf that moves.</param>
    /// <param name="magnitude">What the difference is made of.</param>
    public static double Rounding(Tensor leaf, double magnitude) => Math.Sqrt(leaf.DType.Epsilon()) * magnitude;

    /// <summary>The longest step of a difference: a tenth of the leaf's norm; a tenth, for a leaf of zeros.</summary>
    public static double Longest(Tensor leaf)
    {
        double norm = Norm(leaf);
        return LargestStep * (norm == 0 || !double.IsFinite(norm) ? 1 : norm);
    }

    private static double Norm(Tensor leaf) => new LeafVector([leaf]).Magnitude();
}
