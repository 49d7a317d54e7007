namespace Hyperdiff;

/// <summary>An approximation of H⁻¹g by products alone, for methods that keep no adjoint: the first N terms of the Neumann series, <c>c Σ_{j&lt;N} (I − c H)ʲ
/// g</c>.</summary>
/// <remarks>What it leaves out is (I − c H)ᴺ H⁻¹g, at most (1 − c μ)ᴺ of it for c ≤ 1/L; a descent that uses it ends where the hypergradient with that error
/// vanishes.</remarks>
public abstract record HessianSeries
{
    private protected HessianSeries(int terms, Schedule rate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(terms, 1);
        (Terms, Rate) = (terms, rate);
    }

    /// <summary>N.</summary>
    public int Terms { get; }

    /// <summary>c, in the unit w² per f.</summary>
    public Schedule Rate { get; }

    /// <summary>All terms, each product with a sample of its own.</summary>
    /// <remarks>N − 1 Hessian products. Source: Ji, Yang and Liang (2021), "Bilevel optimization: convergence analysis and enhanced design",
    /// arXiv:2010.07962.</remarks>
    /// <param name="terms">N, at least 1.</param>
    /// <param name="rate">c, in the unit w² per f.</param>
    public static HessianSeries Truncated(int terms, Schedule rate) => new TruncatedHessianSeries(terms, Schedule.Positive(rate, nameof(rate)));

    /// <summary>One term drawn at random, instead of all.</summary>
    /// <remarks>
    /// (N − 1)/2 Hessian products on average, and a variance that remains with exact objectives. Source: Ghadimi and Wang (2018), "Approximation methods for
    /// bilevel programming", arXiv:1802.02246.
    /// </remarks>
    /// <param name="terms">N, at least 1.</param>
    /// <param name="rate">c, in the unit w² per f.</param>
    public static HessianSeries Random(int terms, Schedule rate) => new RandomHessianSeries(terms, Schedule.Positive(rate, nameof(rate)));

    /// <summary>h − Bᵀv at a point, with v this approximation: one gradient of F, the products of the series and one mixed product.</summary>
    internal LeafVector Hypergradient(StepTrace at, LeafVector state, LeafVector hyper)
    {
        OracleGradient outer = at.Outer.Gradient(state, hyper, at.Key(1));
        Tensor rate = at.At(Rate);
        LeafVector v = Sum(at, outer.State, rate, (vector, key) => vector - (rate * at.Inner.HessianProduct(state, hyper, vector, key)));
        return outer.Hyper - at.Inner.CrossProduct(state, hyper, v, at.Key(3));
    }

    /// <summary>About H⁻¹g.</summary>
    /// <param name="at">The step; the samples of the factors are drawn from its key 2.</param>
    /// <param name="gradient">g.</param>
    /// <param name="rate">c.</param>
    /// <param name="factor">I − c H, at the sample of a key.</param>
    private protected abstract LeafVector Sum(StepTrace at, LeafVector gradient, Tensor rate, Func<LeafVector, RandomKey, LeafVector> factor);
}
