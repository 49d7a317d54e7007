using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>SOBA: one step each of w, of the adjoint v and of λ, all from the same point.</summary>
/// <remarks>
/// <code>
/// w ← w − ρ ∇_wf,   v ← v − ρ (H v − g),   λ ← λ − γ (h − Bᵀv)
/// </code>
/// Every direction is linear in what is sampled, so that samples are unbiased. Unbiased in the limit: a fixed point has w = w*, v = H⁻¹g and ∇ℓ = 0. The
/// theorems ask for f strongly convex in w with Lipschitz derivatives up to the third, F Lipschitz and smooth, ρ of at most the order of 1/L, and γ/ρ small
/// enough; with noise, for steps that decrease like 1/√k. One gradient each of f and F, a Hessian product and a mixed product per step. Source: Dagréou, Ablin,
/// Vaiter and Moreau (2022), "A framework for bilevel optimization that enables stochastic and global variance reduction algorithms", arXiv:2201.13409,
/// algorithm 1. Differs from the source in the sign of v, which is that of the conventions.
/// </remarks>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
public sealed record SobaDescent(Schedule InnerRate, Schedule OuterRate) : StochasticDescent(InnerRate, OuterRate)
{
    /// <inheritdoc/>
    public override string Name => "SOBA";

    internal override ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles) =>
        [("adjoint", start.State.Zeros())];

    internal override StepPoint Step(StepTrace at)
    {
        (LeafVector w, LeafVector hyper, LeafVector v) = (at.State, at.Hyper, at.Memory[0]);
        (RandomKey inner, RandomKey outer) = (at.Key(0), at.Key(1));
        OracleGradient g = at.Outer.Gradient(w, hyper, outer);
        LeafVector down = at.Inner.Gradient(w, hyper, inner).State;
        (LeafVector hessian, LeafVector cross) = at.Inner.Products(w, hyper, v, inner);
        return new StepPoint(
            at.Stepped(w, InnerRate, down), at.Stepped(hyper, OuterRate, g.Hyper - cross), [at.Stepped(v, InnerRate, hessian - g.State)]);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) => [Convex(bounds), Contracts("ρ", InnerRate, bounds)];
}
