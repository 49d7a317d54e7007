namespace Hyperdiff;

/// <summary>All terms of the series, <c>c Σ_{j&lt;N} Πᵢ≤ⱼ (I − c Hᵢ) g</c>, each factor with a sample of its own.</summary>
/// <remarks>N − 1 Hessian products. Source: Ji, Yang and Liang (2021), "Bilevel optimization: convergence analysis and enhanced design",
/// arXiv:2010.07962.</remarks>
public sealed record TruncatedHessianSeries : HessianSeries
{
    internal TruncatedHessianSeries(int terms, Schedule rate)
        : base(terms, rate)
    {
    }

    internal override LeafVector Solve(StepTrace at, LeafVector state, LeafVector hyper, LeafVector gradient, RandomKey key)
    {
        Tensor rate = at.At(Rate);
        LeafVector[] end = Terms == 1 ? [gradient, gradient] : at.Repeat(Terms - 1, [gradient, gradient], key, (vectors, sample) =>
        {
            LeafVector next = Factor(at, state, hyper, vectors[0], rate, sample);
            return [next, vectors[1] + next];
        });
        return rate * end[1];
    }
}
