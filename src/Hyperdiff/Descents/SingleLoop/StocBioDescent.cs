namespace Hyperdiff;

/// <summary>stocBiO: some steps on f, going on from the last w, a truncated Neumann series for the adjoint, then one step of λ.</summary>
/// <remarks>
/// <code>
/// T times  w ← w − ρ ∇_wf;     v = c Σ_{j≤Q} Πᵢ≤ⱼ (I − c Hᵢ) g;     λ ← λ − γ (h − Bᵀv)
/// </code>
/// Biased at any Q: it ends where h = Bᵀv, with v off by (I − c H)^(Q+1) H⁻¹g, so that ‖∇ℓ‖ is of the order of (1 − c μ)^(Q+1). The theorems ask for f strongly
/// convex in w with Lipschitz derivatives, c ≤ 1/L, T and Q of the order of κ log κ, batches that shrink from the first factor to the last, and γ small against
/// the smoothness of ℓ. T gradients of f, one of F, Q Hessian products and one mixed product per step. Source: Ji, Yang and Liang (2021), "Bilevel
/// optimization: convergence analysis and enhanced design", arXiv:2010.07962, algorithm 2.
/// </remarks>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="InnerSteps">T, the steps on the inner problem per step of λ; at least 1.</param>
/// <param name="Series">The series: Q products, Q + 1 terms.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
public sealed record StocBioDescent(Schedule InnerRate, int InnerSteps, TruncatedHessianSeries Series, Schedule OuterRate)
    : StochasticDescent(InnerRate, OuterRate)
{
    /// <summary>T.</summary>
    public int InnerSteps { get; init => field = AtLeastOne(value); } = AtLeastOne(InnerSteps);

    /// <summary>The series: Q products, Q + 1 terms.</summary>
    public TruncatedHessianSeries Series { get; init => field = Given(value); } = Given(Series);

    /// <inheritdoc/>
    public override string Name => "stocBiO";

    internal override StepPoint Step(StepTrace at)
    {
        LeafVector w = at.DescendInner(InnerSteps, at.State, at.RateAt(InnerRate));
        return new StepPoint(w, at.Stepped(at.Hyper, OuterRate, Series.Hypergradient(at, w, at.Hyper)), []);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) =>
        [Convex(bounds), Contracts("ρ", InnerRate, bounds), Contracts("c", Series.Rate, bounds)];
}
