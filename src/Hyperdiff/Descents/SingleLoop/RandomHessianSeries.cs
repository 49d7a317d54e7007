namespace Hyperdiff;

/// <summary>One term of the series instead of all: <c>N c Πᵢ≤ₚ (I − c Hᵢ) g</c> with p drawn uniformly from 0 … N − 1; its mean is that of all
/// terms. See <see cref="HessianSeries.Random"/>.</summary>
internal sealed record RandomHessianSeries : HessianSeries
{
    internal RandomHessianSeries(int terms, Schedule rate)
        : base(terms, rate)
    {
    }

    private protected override LeafVector Sum(StepTrace at, LeafVector gradient, Tensor rate, Func<LeafVector, RandomKey, LeafVector> factor)
    {
        RandomKey key = at.Key(2);
        Tensor power = key.Fold(0).Integers([], 0, Terms);
        return (Terms * rate) * at.RepeatDrawn((power, Terms), gradient, key.Fold(1), factor);
    }
}
