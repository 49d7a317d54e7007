namespace Hyperdiff;

/// <summary>PBGD with the gradient norm: gradient descent in w and λ together on F with a penalty on ‖∇_wf‖².</summary>
/// <remarks>
/// <code>
/// w ← w − ρ s (g + 2 m H ∇_wf),     λ ← λ − γ s (h + 2 m Bᵀ∇_wf),     s = min(1, 1/m)
/// </code>
/// Biased at a fixed m: there ∇_wf = −H⁻¹g/(2m), w is off by H⁻²g/(2m), and ‖∇ℓ‖ is of the order of 1/m. The theorems ask for f that satisfies the
/// Polyak–Łojasiewicz inequality in w with H of no vanishing singular value on the way, and rates small against the smoothness of the scaled sum, for which ρ ≤
/// 1/(2 L² + L_F) is needed in w alone. A gradient each of f and F, one Hessian product and one mixed product per step: the penalty's gradient goes through
/// ∇_wf, so that a step that left it out would move by F alone. Source: Shen and Chen (2023), "On penalty-based bilevel gradient descent method",
/// arXiv:2302.05185; the scale s as for <see cref="ValueGapPenaltyDescent"/>.
/// </remarks>
/// <param name="InnerRate">ρ, in the unit w⁴ per f².</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
/// <param name="Multiplier">m, in the unit F w² per f².</param>
public sealed record GradientPenaltyDescent(Schedule InnerRate, Schedule OuterRate, Schedule Multiplier) : ExactDescent(InnerRate, OuterRate)
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
