namespace Hyperdiff;

/// <summary>TTSA: one step of w, then one of λ along a series approximation at the new w, with rates on two time scales.
/// See <see cref="Descent.Ttsa"/>.</summary>
/// <param name="InnerRate">β, in the unit w² per f.</param>
/// <param name="OuterRate">α, in the unit λ² per F.</param>
/// <param name="Series">The approximation of H⁻¹g.</param>
internal sealed record TtsaDescent(Schedule InnerRate, Schedule OuterRate, HessianSeries Series) : StochasticDescent(InnerRate, OuterRate)
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
