using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>MEHA: one step each of three vectors on F with a penalty for the gap between f and its Moreau envelope, which needs no convexity of f.
/// See <see cref="Descent.Meha"/>.</summary>
/// <param name="EnvelopeRate">η, in the unit w² per f.</param>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="OuterRate">γ, in the unit λ² per f.</param>
/// <param name="Penalty">c, in the unit F per f.</param>
/// <param name="Proximity">κ = 1/γ of the source, in the unit f per w².</param>
internal sealed record MehaDescent(Schedule EnvelopeRate, Schedule InnerRate, Schedule OuterRate, Schedule Penalty, Schedule Proximity)
    : StochasticDescent(InnerRate, OuterRate)
{
    /// <summary>η, in the unit w² per f.</summary>
    public Schedule EnvelopeRate { get; init => field = Positive(value); }
        = Positive(EnvelopeRate);

    /// <summary>c, in the unit F per f.</summary>
    public Schedule Penalty { get; init => field = Positive(value); } = Positive(Penalty);

    /// <summary>κ = 1/γ of the source, in the unit f per w².</summary>
    public Schedule Proximity { get; init => field = Positive(value); } = Positive(Proximity);

    /// <inheritdoc/>
    public override string Name => "MEHA";

    internal override ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles) =>
        [("proximal w", start.State)];

    internal override StepPoint Step(StepTrace at)
    {
        (LeafVector w, LeafVector hyper, LeafVector theta) = (at.State, at.Hyper, at.Memory[0]);
        (Tensor inverse, Tensor kappa) = (1 / at.At(Penalty), at.At(Proximity));
        theta = at.Stepped(theta, EnvelopeRate, at.Inner.Gradient(theta, hyper, at.Key(0)).State + (kappa * (theta - w)));
        LeafVector gap = at.Inner.Gradient(w, hyper, at.Key(1)).Hyper - at.Inner.Gradient(theta, hyper, at.Key(1)).Hyper;
        hyper = at.Stepped(hyper, OuterRate, (inverse * at.Outer.Gradient(w, hyper, at.Key(2)).Hyper) + gap);
        LeafVector down = (inverse * at.Outer.Gradient(w, hyper, at.Key(3)).State) + at.Inner.Gradient(w, hyper, at.Key(4)).State - (kappa * (w - theta));
        return new StepPoint(at.Stepped(w, InnerRate, down), hyper, [theta]);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) =>
    [
        AtMost("η ≤ 1/(L + κ), so that steps of θ contract", EnvelopeRate.At(0).ToScalar(), 1 / (bounds.Smoothness + Proximity.At(0).ToScalar())),
        AtMost("ρ ≤ 1/(L_F/c + L + κ), so that steps of w descend", InnerRate.At(0).ToScalar(),
            1 / ((bounds.StateGradientLipschitz / Penalty.At(0).ToScalar()) + bounds.Smoothness + Proximity.At(0).ToScalar())),
    ];
}
