using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>BVFSM: F with a logarithmic barrier that keeps the inner value within σ of its minimum. See <see cref="Descent.Bvfsm"/>.</summary>
/// <param name="InnerRate">ρ, in the unit w² per f.</param>
/// <param name="InnerSteps">T, the steps on the inner problem per step of λ; at least 1.</param>
/// <param name="OuterRate">γ, in the unit λ² per F.</param>
/// <param name="Barrier">τ, in the unit of F.</param>
/// <param name="Relaxation">σ, in the unit of f.</param>
internal sealed record BvfsmDescent(Schedule InnerRate, int InnerSteps, Schedule OuterRate, Schedule Barrier, Schedule Relaxation)
    : ExactDescent(InnerRate, OuterRate)
{
    /// <summary>T.</summary>
    public int InnerSteps { get; init => field = AtLeastOne(value); } = AtLeastOne(InnerSteps);

    /// <summary>τ, in the unit of F.</summary>
    public Schedule Barrier { get; init => field = Positive(value); } = Positive(Barrier);

    /// <summary>σ, in the unit of f.</summary>
    public Schedule Relaxation { get; init => field = Positive(value); } = Positive(Relaxation);

    /// <inheritdoc/>
    public override string Name => "BVFSM";

    internal override ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles) =>
        [("inner w", start.State)];

    internal override StepPoint Step(StepTrace at)
    {
        LeafVector hyper = at.Hyper;
        (Tensor rho, Tensor tau, Tensor sigma) = (at.RateAt(InnerRate), at.At(Barrier), at.At(Relaxation));
        RandomKey key = at.Key(0);
        LeafVector z = at.Descend((InnerSteps, rho), at.Memory[0], 0, (x, _) => at.Inner.Gradient(x, hyper, key).State);
        OracleGradient least = at.Inner.Gradient(z, hyper, key);
        Tensor inside = Room(at.Inner.Gradient(at.State, hyper, key)) > 0;
        LeafVector start = at.State.Leaves.Zip(z.Leaves, (here, there) => Tensor.Where(inside, here, there)).ToArray();
        LeafVector w = at.Descend((InnerSteps, rho), start, 0, (x, _) =>
        {
            OracleGradient inner = at.Inner.Gradient(x, hyper, key);
            Tensor room = Room(inner).Maximum(0);
            return ((room / (room + tau)) * at.Outer.Gradient(x, hyper, key).State) + ((tau / (room + tau)) * inner.State);
        });
        OracleGradient end = at.Inner.Gradient(w, hyper, key);
        Tensor left = Room(end);
        at.Require(left > 0);
        LeafVector along = at.Outer.Gradient(w, hyper, key).Hyper + ((tau / left) * (end.Hyper - least.Hyper));
        return new StepPoint(w, at.Stepped(hyper, OuterRate, along), [z]);

        Tensor Room(OracleGradient of) => sigma - (of.Value - least.Value).To(DType.Float64);
    }

    internal override string WhyNoStep =>
        "f(w) ≥ f(z) + σ after the steps on the barrier, outside which it is not defined: take a smaller rate, more steps, or a larger σ";

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds)
    {
        yield return Contracts("ρ", InnerRate, bounds);
    }
}
