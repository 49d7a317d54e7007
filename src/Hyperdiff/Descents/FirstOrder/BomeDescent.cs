namespace Hyperdiff;

/// <summary>BOME: descent on F in w and λ together, under the constraint that the value gap of the inner problem falls fast enough.
/// See <see cref="Descent.Bome"/>.</summary>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="InnerSteps">T, the steps on the inner problem per step of λ; at least 1.</param>
/// <param name="OuterRate">ξ, of w and λ.</param>
/// <param name="Control">η, in the unit F per f.</param>
internal sealed record BomeDescent(Schedule InnerRate, int InnerSteps, Schedule OuterRate, Schedule Control) : ExactDescent(InnerRate, OuterRate)
{
    /// <summary>T.</summary>
    public int InnerSteps { get; init => field = AtLeastOne(value); } = AtLeastOne(InnerSteps);

    /// <summary>η, in the unit F per f.</summary>
    public Schedule Control { get; init => field = Positive(value); } = Positive(Control);

    /// <inheritdoc/>
    public override string Name => "BOME";

    internal override StepPoint Step(StepTrace at)
    {
        (LeafVector w, LeafVector hyper) = (at.State, at.Hyper);
        LeafVector end = at.DescendInner(InnerSteps, w, at.RateAt(InnerRate));
        OracleGradient outer = at.Outer.Gradient(w, hyper, at.Key(0));
        OracleGradient here = at.Inner.Gradient(w, hyper, at.Key(0));
        LeafVector gap = here.Hyper - at.Inner.Gradient(end, hyper, at.Key(0)).Hyper;
        // where ∇q = 0 there is nothing to go along; its square may not be a number, so that it is divided by its norm twice
        Tensor size = here.State.Norm().Hypot(gap.Norm());
        Tensor isZero = size.Equal(0), inverse = 1 / Tensor.Where(isZero, 1, size);
        Tensor overlap = LeafVector.Dot(outer.State, inverse * here.State) + LeafVector.Dot(outer.Hyper, inverse * gap);
        Tensor m = Tensor.Where(isZero, 0, (at.At(Control) - (overlap * inverse)).Maximum(0));
        return new StepPoint(at.Stepped(w, OuterRate, outer.State + (m * here.State)), at.Stepped(hyper, OuterRate, outer.Hyper + (m * gap)), []);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) => [Convex(bounds), Contracts("ρ", InnerRate, bounds)];
}
