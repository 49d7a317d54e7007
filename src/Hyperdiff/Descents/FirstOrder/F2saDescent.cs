using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>F2SA: the hypergradient as a difference of two gradients of f, at the minimum of f and at that of f with F as a small tilt.
/// See <see cref="Descent.F2sa"/>.</summary>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="InnerSteps">T, the steps on the inner problem per step of λ; at least 1.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
/// <param name="Multiplier">m, in the unit F per f.</param>
internal sealed record F2saDescent(Schedule InnerRate, int InnerSteps, Schedule OuterRate, Schedule Multiplier) : StochasticDescent(InnerRate, OuterRate)
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
