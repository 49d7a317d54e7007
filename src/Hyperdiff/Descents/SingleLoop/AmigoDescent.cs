using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>AmIGO: some steps on f, some on the adjoint's quadratic, both from where they ended before, then one of λ.
/// See <see cref="Descent.Amigo"/>.</summary>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="InnerSteps">T, the steps on the inner problem per step of λ; at least 1.</param>
/// <param name="AdjointRate">β, in the unit w² per f.</param>
/// <param name="AdjointSteps">N, the steps of the adjoint per step of λ; at least 1.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
internal sealed record AmigoDescent(Schedule InnerRate, int InnerSteps, Schedule AdjointRate, int AdjointSteps, Schedule OuterRate)
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
