namespace Hyperdiff;

/// <summary>All terms of the series, <c>c Σ_{j&lt;N} Πᵢ≤ⱼ (I − c Hᵢ) g</c>, each factor with a sample of its own.
/// See <see cref="HessianSeries.Truncated"/>.</summary>
internal sealed record TruncatedHessianSeries : HessianSeries
{
    internal TruncatedHessianSeries(int terms, Schedule rate)
        : base(terms, rate)
    {
    }

    private protected override LeafVector Sum(StepTrace at, LeafVector gradient, Tensor rate, Func<LeafVector, RandomKey, LeafVector> factor)
    {
        LeafVector[] end = Terms == 1 ? [gradient, gradient] : at.Repeat(Terms - 1, [gradient, gradient], at.Key(2), (vectors, sample) =>
        {
            LeafVector next = factor(vectors[0], sample);
            return [next, vectors[1] + next];
        });
        return rate * end[1];
    }
}
