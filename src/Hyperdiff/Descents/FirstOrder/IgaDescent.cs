namespace Hyperdiff;

/// <summary>IGA: the inner problem as one equation, f(w, λ) = constant, instead of ∇_wf = 0. See <see cref="Descent.Iga"/>.</summary>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="InnerSteps">T, the steps on the inner problem per step of λ; at least 1.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
internal sealed record IgaDescent(Schedule InnerRate, int InnerSteps, Schedule OuterRate) : ExactDescent(InnerRate, OuterRate)
{
    /// <summary>T.</summary>
    public int InnerSteps { get; init => field = AtLeastOne(value); } = AtLeastOne(InnerSteps);

    /// <inheritdoc/>
    public override string Name => "IGA";

    internal override StepPoint Step(StepTrace at)
    {
        LeafVector hyper = at.Hyper;
        LeafVector w = at.DescendInner(InnerSteps, at.State, at.RateAt(InnerRate));
        OracleGradient outer = at.Outer.Gradient(w, hyper, at.Key(0));
        OracleGradient inner = at.Inner.Gradient(w, hyper, at.Key(0));
        (Tensor size, Tensor outerSize) = (inner.State.Norm(), outer.State.Norm());
        double epsilon = w.Leaves.CoarsestEpsilon();

        // g = 0 gives exactly h, wherever w is; the square of ∇_wf may not be a number, so that it is divided by its norm twice
        Tensor defined = at.At(InnerRate) * size > (Math.Sqrt(epsilon) * w.Norm());
        at.Require(defined | outerSize.Equal(0));
        Tensor inverse = 1 / Tensor.Where(defined, size, 1);
        Tensor factor = Tensor.Where(defined, LeafVector.Dot(outer.State, inverse * inner.State) * inverse, 0);
        return new StepPoint(w, at.Stepped(hyper, OuterRate, outer.Hyper - (factor * inner.Hyper)), []);
    }

    internal override string WhyNoStep =>
        "ρ ‖∇_wf‖ ≤ √ε ‖w‖: w is at the inner minimum, where this approximation is unbounded; take fewer inner steps, or another method (Descent.Soba)";

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds)
    {
        yield return Contracts("ρ", InnerRate, bounds);
    }
}
