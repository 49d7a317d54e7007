using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>SOBA: one step each of w, of the adjoint v and of λ, all from the same point. See <see cref="Descent.Soba"/>.</summary>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
internal sealed record SobaDescent(Schedule InnerRate, Schedule OuterRate) : StochasticDescent(InnerRate, OuterRate)
{
    /// <inheritdoc/>
    public override string Name => "SOBA";

    internal override ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles) =>
        [("adjoint", start.State.Zeros())];

    internal override StepPoint Step(StepTrace at)
    {
        (LeafVector w, LeafVector hyper, LeafVector v) = (at.State, at.Hyper, at.Memory[0]);
        (RandomKey inner, RandomKey outer) = (at.Key(0), at.Key(1));
        OracleGradient g = at.Outer.Gradient(w, hyper, outer);
        LeafVector down = at.Inner.Gradient(w, hyper, inner).State;
        (LeafVector hessian, LeafVector cross) = at.Inner.Products(w, hyper, v, inner);
        return new StepPoint(
            at.Stepped(w, InnerRate, down), at.Stepped(hyper, OuterRate, g.Hyper - cross), [at.Stepped(v, InnerRate, hessian - g.State)]);
    }

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) => [Convex(bounds), Contracts("ρ", InnerRate, bounds)];
}
