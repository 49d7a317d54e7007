namespace Hyperdiff;

/// <summary>PBGD with the gradient norm: gradient descent in w and λ together on F with a penalty on ‖∇_wf‖².
/// See <see cref="Descent.PbgdGradientNorm"/>.</summary>
/// <param name="InnerRate">ρ, in the unit w⁴ per f².</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
/// <param name="Multiplier">m, in the unit F w² per f².</param>
internal sealed record GradientPenaltyDescent(Schedule InnerRate, Schedule OuterRate, Schedule Multiplier) : ExactDescent(InnerRate, OuterRate)
{
    /// <summary>m, in the unit F w² per f².</summary>
    public Schedule Multiplier { get; init => field = Positive(value); } = Positive(Multiplier);

    /// <inheritdoc/>
    public override string Name => "PBGD, gradient norm";

    internal override StepPoint Step(StepTrace at)
    {
        (LeafVector w, LeafVector hyper) = (at.State, at.Hyper);
        Tensor m = at.At(Multiplier);
        Tensor scale = (1 / m).Minimum(1);
        OracleGradient outer = at.Outer.Gradient(w, hyper, at.Key(0));
        LeafVector slope = at.Inner.Gradient(w, hyper, at.Key(0)).State;
        (LeafVector hessian, LeafVector cross) = at.Inner.Products(w, hyper, slope, at.Key(0));
        return new StepPoint(
            at.Stepped(w, InnerRate, scale * (outer.State + ((2 * m) * hessian))),
            at.Stepped(hyper, OuterRate, scale * (outer.Hyper + ((2 * m) * cross))), []);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) =>
    [
        Convex(bounds),
        AtMost("ρ ≤ 1/(2 L² + L_F), so that steps in w contract", InnerRate.At(0).ToScalar(),
            1 / ((2 * bounds.Smoothness * bounds.Smoothness) + bounds.StateGradientLipschitz)),
    ];
}
