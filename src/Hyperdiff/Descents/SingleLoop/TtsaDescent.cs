namespace Hyperdiff;

/// <summary>TTSA: one step of w, then one of λ along a series approximation at the new w, with rates on two time scales.</summary>
/// <remarks>
/// <code>
/// w ← w − β_k ∇_wf,     λ ← λ − α_k (h − Bᵀv),     v ≈ H⁻¹g by a series of N terms
/// </code>
/// Biased by the series: ‖∇ℓ‖ ends at the order of (1 − c μ)ᴺ. With the random series, that of the source, there is noise also with exact objectives. The
/// theorems ask for f strongly convex in w with Lipschitz derivatives, c ≤ 1/L, N of the order of log k, and α_k/β_k → 0: α_k ~ k^(−3/5) and β_k ~ k^(−2/5) for
/// a nonconvex ℓ, k⁻¹ and k^(−2/3) for a strongly convex one. One gradient each of f and F, at most N − 1 Hessian products and one mixed product per step.
/// Source: Hong, Wai, Wang and Yang (2023), "A two-timescale stochastic algorithm framework for bilevel optimization", arXiv:2007.05170, algorithm 1.
/// </remarks>
/// <param name="InnerRate">β, in the unit w² per f.</param>
/// <param name="OuterRate">α, in the unit λ² per F.</param>
/// <param name="Series">The approximation of H⁻¹g.</param>
public sealed record TtsaDescent(Schedule InnerRate, Schedule OuterRate, HessianSeries Series) : StochasticDescent(InnerRate, OuterRate)
{
    /// <summary>The approximation of H⁻¹g.</summary>
    public HessianSeries Series { get; init => field = Given(value); } = Given(Series);

    /// <inheritdoc/>
    public override string Name => "TTSA";

    internal override StepPoint Step(StepTrace at)
    {
        LeafVector w = at.Stepped(at.State, InnerRate, at.Inner.Gradient(at.State, at.Hyper, at.Key(0)).State);
        return new StepPoint(w, at.Stepped(at.Hyper, OuterRate, Series.Hypergradient(at, w, at.Hyper)), []);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) =>
        [Convex(bounds), Contracts("β", InnerRate, bounds), Contracts("c", Series.Rate, bounds)];
}
