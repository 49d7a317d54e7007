namespace Hyperdiff;

/// <summary>What derivatives are taken along in a check: vectors drawn from a key, one after the other.</summary>
internal sealed class CheckDirections(RandomKey key)
{
    private const double LargestStep = 0.1;

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

    /// <summary>The longest step of a difference: a tenth of the leaf's norm; a tenth, for a leaf of zeros.</summary>
    public static double Longest(Tensor leaf)
    {
        double norm = Norm(leaf);
        return LargestStep * (norm == 0 || !double.IsFinite(norm) ? 1 : norm);
    }

    private static double Norm(Tensor leaf) => new LeafVector([leaf]).Magnitude();
}
