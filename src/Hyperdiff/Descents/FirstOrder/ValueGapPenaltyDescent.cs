using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>PBGD with the value gap: gradient descent in w and λ together on F with a penalty for not being an inner minimum.
/// See <see cref="Descent.Pbgd"/>.</summary>
/// <param name="InnerRate">ρ, in the unit w² per f: of ŵ and of w.</param>
/// <param name="InnerSteps">T, the steps on the inner problem per step of λ; at least 1.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
/// <param name="Multiplier">m, in the unit F per f.</param>
internal sealed record ValueGapPenaltyDescent(Schedule InnerRate, int InnerSteps, Schedule OuterRate, Schedule Multiplier)
    : StochasticDescent(InnerRate, OuterRate)
{
    /// <summary>T.</summary>
    public int InnerSteps { get; init => field = AtLeastOne(value); } = AtLeastOne(InnerSteps);

    /// <summary>m, in the unit F per f.</summary>
    public Schedule Multiplier { get; init => field = Positive(value); } = Positive(Multiplier);

    /// <inheritdoc/>
    public override string Name => "PBGD";

    internal override ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles) =>
        [("inner w", start.State)];

    internal override StepPoint Step(StepTrace at)
    {
        (LeafVector w, LeafVector hyper) = (at.State, at.Hyper);
        Tensor m = at.At(Multiplier);
        Tensor scale = (1 / m).Minimum(1);
        LeafVector inner = at.DescendInner(InnerSteps, at.Memory[0], at.RateAt(InnerRate));
        OracleGradient outer = at.Outer.Gradient(w, hyper, at.Key(1));
        OracleGradient here = at.Inner.Gradient(w, hyper, at.Key(2));
        LeafVector gap = here.Hyper - at.Inner.Gradient(inner, hyper, at.Key(2)).Hyper;
        return new StepPoint(
            at.Stepped(w, InnerRate, scale * (outer.State + (m * here.State))), at.Stepped(hyper, OuterRate, scale * (outer.Hyper + (m * gap))), [inner]);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) =>
    [
        Convex(bounds),
        Contracts("ρ", InnerRate, bounds),
        AtLeast("m ≥ 2 L_F/μ, so that F + m f is strongly convex in w", Multiplier.At(0).ToScalar(), 2 * bounds.StateGradientLipschitz / bounds.Convexity),
    ];
}
