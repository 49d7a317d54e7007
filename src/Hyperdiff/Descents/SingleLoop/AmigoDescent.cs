using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>AmIGO: some steps on f, some on the adjoint's quadratic, both from where they ended before, then one of λ.</summary>
/// <remarks>
/// <code>
/// T times  w ← w − ρ ∇_wf;     N times  v ← v − β (H v − g);     λ ← λ − γ (h − Bᵀv)
/// </code>
/// Each of the steps has a sample of its own. Unbiased in the limit. The theorems ask for f strongly convex in w with Lipschitz derivatives, ρ and β of at most
/// the order of 1/L, T and N of the order of κ log κ, γ small against the smoothness of ℓ; with noise, for batches that grow. T gradients of f, one of F, N
/// Hessian products and one mixed product per step. Source: Arbel and Mairal (2022), "Amortized implicit differentiation for stochastic bilevel optimization",
/// arXiv:2111.14580, algorithm 1.
/// </remarks>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="InnerSteps">T, the steps on the inner problem per step of λ; at least 1.</param>
/// <param name="AdjointRate">β, in the unit w² per f.</param>
/// <param name="AdjointSteps">N, the steps of the adjoint per step of λ; at least 1.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
public sealed record AmigoDescent(Schedule InnerRate, int InnerSteps, Schedule AdjointRate, int AdjointSteps, Schedule OuterRate)
    : StochasticDescent(InnerRate, OuterRate)
{
    /// <summary>T.</summary>
    public int InnerSteps { get; init => field = AtLeastOne(value); } = AtLeastOne(InnerSteps);

    /// <summary>β, in the unit w² per f.</summary>
    public Schedule AdjointRate { get; init => field = Positive(value); } = Positive(AdjointRate);

    /// <summary>N.</summary>
    public int AdjointSteps { get; init => field = AtLeastOne(value); } = AtLeastOne(AdjointSteps);

    /// <inheritdoc/>
    public override string Name => "AmIGO";

    internal override ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles) =>
        [("adjoint", start.State.Zeros())];

    internal override StepPoint Step(StepTrace at)
    {
        LeafVector hyper = at.Hyper;
        LeafVector w = at.DescendInner(InnerSteps, at.State, at.RateAt(InnerRate));
        OracleGradient outer = at.Outer.Gradient(w, hyper, at.Key(1));
        LeafVector v = at.Descend((AdjointSteps, at.RateAt(AdjointRate)), at.Memory[0], 2, (u, key) => at.Inner.HessianProduct(w, hyper, u, key) - outer.State);
        return new StepPoint(w, at.Stepped(hyper, OuterRate, outer.Hyper - at.Inner.CrossProduct(w, hyper, v, at.Key(3))), [v]);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) =>
        [Convex(bounds), Contracts("ρ", InnerRate, bounds), Contracts("β", AdjointRate, bounds)];
}
