using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>DM, the averaged method of multipliers: one step each of w, of the multiplier v of ∇_wf = 0, and of λ, with F mixed into the inner
/// objective. See <see cref="Descent.DualMultiplier"/>.</summary>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="AdjointRate">η, in the unit w² per f; the exact line search if absent.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
/// <param name="Mixture">α, in [0, 1).</param>
internal sealed record DualMultiplierDescent(Schedule InnerRate, Schedule? AdjointRate, Schedule OuterRate, Schedule Mixture)
    : ExactDescent(InnerRate, OuterRate)
{
    /// <summary>η, of the multiplier; an exact line search if absent.</summary>
    public Schedule? AdjointRate { get; init => field = value is null ? null : Positive(value); }
        = AdjointRate is null ? null : Positive(AdjointRate);

    /// <summary>α, in [0, 1).</summary>
    public Schedule Mixture { get; init => field = Fraction(value); } = Fraction(Mixture);

    /// <inheritdoc/>
    public override string Name => "dual multiplier";

    internal override ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles) =>
        [("adjoint", start.State.Zeros())];

    internal override StepPoint Step(StepTrace at)
    {
        (LeafVector w, LeafVector hyper, LeafVector v) = (at.State, at.Hyper, at.Memory[0]);
        Tensor alpha = at.At(Mixture);
        OracleGradient outer = at.Outer.Gradient(w, hyper, at.Key(0));
        LeafVector down = at.Inner.Gradient(w, hyper, at.Key(0)).State;
        (LeafVector hessian, LeafVector cross) = Products(v);
        LeafVector residual = hessian - outer.State;
        Tensor eta = AdjointRate is null ? LineSearch(residual) : at.RateAt(AdjointRate);
        return new StepPoint(
            at.Stepped(w, InnerRate, Mixed(down, () => outer.State)),
            at.Stepped(hyper, OuterRate, outer.Hyper - cross),
            [at.Measured(v, v - (eta * residual), residual)]);

        LeafVector Mixed(LeafVector inner, Func<LeafVector> ofOuter) => Mixture.Known == 0 ? inner : (alpha * ofOuter()) + ((1 - alpha) * inner);

        (LeafVector Hessian, LeafVector Cross) Products(LeafVector direction)
        {
            (LeafVector h, LeafVector b) = at.Inner.Products(w, hyper, direction, at.Key(0));
            if (Mixture.Known == 0)
            {
                return (h, b);
            }

            (LeafVector outerHessian, LeafVector outerCross) = at.Outer.Products(w, hyper, direction, at.Key(0));
            return (Mixed(h, () => outerHessian), Mixed(b, () => outerCross));
        }

        Tensor LineSearch(LeafVector r)
        {
            // along r, of any size, in its own unit
            Tensor size = r.Norm();
            Tensor isZero = size.Equal(0);
            r = (1 / Tensor.Where(isZero, 1, size)) * r;
            LeafVector product = Mixed(at.Inner.HessianProduct(w, hyper, r, at.Key(0)), () => at.Outer.HessianProduct(w, hyper, r, at.Key(0)));
            (Tensor square, Tensor curvature) = (LeafVector.Dot(r, r), LeafVector.Dot(r, product));

            // r = 0 needs no step; curvature that is not positive has no minimum along r
            at.Require(isZero | (curvature > 0));
            return Tensor.Where(curvature > 0, square, 0) / Tensor.Where(curvature > 0, curvature, 1);
        }
    }

    internal override string WhyNoStep =>
        "⟨r, H r⟩ ≤ 0: the adjoint's quadratic has no minimum along its residual; f is not convex in w there, so give the adjoint a rate, or mix F in";

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) => AdjointRate is null
        ? [Convex(bounds), Contracts("ρ", InnerRate, bounds)]
        : [Convex(bounds), Contracts("ρ", InnerRate, bounds), Contracts("η", AdjointRate, bounds)];
}
