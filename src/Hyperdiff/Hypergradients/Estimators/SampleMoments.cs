namespace Hyperdiff;

/// <summary>The mean of vectors that come one by one, and its standard error, in float64.</summary>
/// <remarks>Source: Welford (1962), "Note on a method for calculating corrected sums of squares and products", doi:10.1080/00401706.1962.10490022: no
/// difference of large sums is taken.</remarks>
internal sealed class SampleMoments
{
    private LeafVector _mean;
    private LeafVector _squares;
    private double? _unit;

    /// <summary>How many vectors there were.</summary>
    public int Count { get; private set; }

    /// <summary>Their mean.</summary>
    public LeafVector Mean => Tensor.Scalar(_unit ?? 1) * _mean;

    /// <summary>The standard error of the mean, element by element: √(s²/n).</summary>
    public LeafVector StandardError => _squares.Leaves.Select(leaf => (_unit ?? 1) * (leaf / ((double)Count * (Count - 1))).Sqrt()).ToArray();

    /// <summary>One more vector.</summary>
    public void Add(LeafVector sample)
    {
        LeafVector value = sample.Leaves.Select(leaf => leaf.To(DType.Float64)).ToArray();
        if (Count == 0)
        {
            (_mean, _squares) = (value.Leaves.Select(Tensor.ZerosLike).ToArray(), value.Leaves.Select(Tensor.ZerosLike).ToArray());
        }

        // counted in a power of two about the first that is not zero, since they are squared
        double norm = value.Magnitude();
        _unit ??= norm > 0 && double.IsFinite(norm) ? Math.ScaleB(1, Math.Clamp(Math.ILogB(norm), -1022, 1022)) : null;
        value = Tensor.Scalar(1 / (_unit ?? 1)) * value;
        Count++;
        LeafVector difference = value - _mean;
        _mean += Tensor.Scalar(1.0 / Count) * difference;
        _squares += Product(difference, value - _mean);
    }

    private static LeafVector Product(LeafVector left, LeafVector right) => left.Leaves.Select((leaf, i) => leaf * right.Leaves[i]).ToArray();
}
