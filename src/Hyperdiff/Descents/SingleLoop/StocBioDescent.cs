namespace Hyperdiff;

/// <summary>stocBiO: some steps on f, going on from the last w, a truncated Neumann series for the adjoint, then one step of λ.
/// See <see cref="Descent.StocBio"/>.</summary>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="InnerSteps">T, the steps on the inner problem per step of λ; at least 1.</param>
/// <param name="Series">The series: Q products, Q + 1 terms.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
internal sealed record StocBioDescent(Schedule InnerRate, int InnerSteps, TruncatedHessianSeries Series, Schedule OuterRate)
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
