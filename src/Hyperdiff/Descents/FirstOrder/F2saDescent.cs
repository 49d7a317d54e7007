using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>F2SA: the hypergradient as a difference of two gradients of f, at the minimum of f and at that of f with F as a small tilt.</summary>
/// <remarks>
/// <code>
/// T times  z ← z − ρ ∇_wf(z),   y ← y − ρ (∇_wF(y)/m + ∇_wf(y));     λ ← λ − γ (∇_λF(y) + m (∇_λf(y) − ∇_λf(z)))
/// </code>
/// Biased at a fixed multiplier m: it ends at a stationary point of min_w F + m (f − min f), where ‖∇ℓ‖ is of the order of 1/m. Unbiased in the limit for m
/// that grows with k. The theorems ask for f strongly convex in w with Lipschitz Hessian, m₀ ≥ 2 L_F/μ, rates of the order of 1/L, and γ, T and the growth of m
/// in step, m_k ~ k^(1/3) or slower at most. 2 T + 2 gradients of f and T + 1 of F per step; no products. The two gradients of a difference use the same
/// sample. The state is z; y is remembered. Source: Kwon, Kwon, Wright and Nowak (2023), "A fully first-order method for stochastic bilevel optimization",
/// arXiv:2301.10945, algorithm 1, with the rate of y chosen as that of z over m.
/// </remarks>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="InnerSteps">T, the steps on the inner problem per step of λ; at least 1.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
/// <param name="Multiplier">m, in the unit F per f.</param>
public sealed record F2saDescent(Schedule InnerRate, int InnerSteps, Schedule OuterRate, Schedule Multiplier) : StochasticDescent(InnerRate, OuterRate)
{
    /// <summary>T.</summary>
    public int InnerSteps { get; init => field = AtLeastOne(value); } = AtLeastOne(InnerSteps);

    /// <summary>m, in the unit F per f.</summary>
    public Schedule Multiplier { get; init => field = Positive(value); } = Positive(Multiplier);

    /// <inheritdoc/>
    public override string Name => "F2SA";

    internal override ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles) =>
        [("tilted w", start.State)];

    internal override StepPoint Step(StepTrace at)
    {
        LeafVector hyper = at.Hyper;
        (Tensor rho, Tensor m) = (at.RateAt(InnerRate), at.At(Multiplier));
        LeafVector z = at.DescendInner(InnerSteps, at.State, rho);
        LeafVector y = at.Descend((InnerSteps, rho), at.Memory[0], 1,
            (x, key) => ((1 / m) * at.Outer.Gradient(x, hyper, key.Fold(0)).State) + at.Inner.Gradient(x, hyper, key.Fold(1)).State);
        LeafVector gap = at.Inner.Gradient(y, hyper, at.Key(2)).Hyper - at.Inner.Gradient(z, hyper, at.Key(2)).Hyper;
        return new StepPoint(z, at.Stepped(hyper, OuterRate, at.Outer.Gradient(y, hyper, at.Key(3)).Hyper + (m * gap)), [y]);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) =>
    [
        Convex(bounds),
        Contracts("ρ", InnerRate, bounds),
        AtLeast("m₀ ≥ 2 L_F/μ, so that F + m f is strongly convex in w", Multiplier.At(0).ToScalar(), 2 * bounds.StateGradientLipschitz / bounds.Convexity),
    ];
}
