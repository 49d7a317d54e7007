namespace Hyperdiff;

/// <summary>One term of the series instead of all: <c>N c Πᵢ≤ₚ (I − c Hᵢ) g</c> with p drawn uniformly from 0 … N − 1; its mean is that of all
/// terms.</summary>
/// <remarks>
/// (N − 1)/2 Hessian products on average, and a variance that remains with exact objectives. Source: Ghadimi and Wang (2018), "Approximation methods for
/// bilevel programming", arXiv:1802.02246.
/// </remarks>
public sealed record RandomHessianSeries : HessianSeries
{
    internal RandomHessianSeries(int terms, Schedule rate)
        : base(terms, rate)
    {
    }

    internal override LeafVector Solve(StepTrace at, LeafVector state, LeafVector hyper, LeafVector gradient, RandomKey key)
    {
        Tensor rate = at.At(Rate);
        Tensor power = key.Fold(0).Integers([], 0, Terms);
        LeafVector term = at.RepeatDrawn(power, Terms, gradient, key.Fold(1), (vector, sample) => Factor(at, state, hyper, vector, rate, sample));
        return (Terms * rate) * term;
    }
}
