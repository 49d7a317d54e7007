using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Hyperdiff;

/// <summary>SUSTAIN: one step each of w and λ, both along momentum estimates that correct their past at the present sample.
/// See <see cref="Descent.Sustain"/>.</summary>
/// <param name="InnerRate">β, in the unit w² per f.</param>
/// <param name="OuterRate">α, in the unit λ² per F.</param>
/// <param name="InnerMomentum">η of w, in (0, 1]; 1 for none.</param>
/// <param name="OuterMomentum">η of λ, in (0, 1]; 1 for none.</param>
/// <param name="Series">The approximation of H⁻¹g.</param>
internal sealed record SustainDescent(Schedule InnerRate, Schedule OuterRate, Schedule InnerMomentum, Schedule OuterMomentum, HessianSeries Series)
    : StochasticDescent(InnerRate, OuterRate)
{
    /// <summary>η of w, in (0, 1]; 1 for none.</summary>
    public Schedule InnerMomentum { get; init => field = Share(value); } = Share(InnerMomentum);

    /// <summary>η of λ, in (0, 1]; 1 for none.</summary>
    public Schedule OuterMomentum { get; init => field = Share(value); } = Share(OuterMomentum);

    /// <summary>The approximation of H⁻¹g.</summary>
    public HessianSeries Series { get; init => field = Given(value); } = Given(Series);

    /// <inheritdoc/>
    public override string Name => "SUSTAIN";

    internal override ImmutableArray<(string Name, LeafVector Value)> Begin(StepPoint start, (Oracle Inner, Oracle Outer) oracles) =>
        [("momentum of w", start.State.Zeros()), ("momentum of λ", start.Hyper.Zeros()), ("previous w", start.State), ("previous λ", start.Hyper)];

    internal override StepPoint Step(StepTrace at)
    {
        (LeafVector w, LeafVector hyper) = (at.State, at.Hyper);
        (LeafVector down, LeafVector along) = Directions(w, hyper);
        (LeafVector downBefore, LeafVector alongBefore) = Directions(at.Memory[2], at.Memory[3]);
        down = Corrected(InnerMomentum, at.Memory[0], down, downBefore);
        along = Corrected(OuterMomentum, at.Memory[1], along, alongBefore);
        return new StepPoint(at.Stepped(w, InnerRate, down), at.Stepped(hyper, OuterRate, along), [down, along, w, hyper]);

        (LeafVector Down, LeafVector Along) Directions(LeafVector state, LeafVector point)
        {
            LeafVector hypergradient = Series.Hypergradient(at, state, point);
            return (at.Inner.Gradient(state, point, at.Key(0)).State, hypergradient);
        }

        LeafVector Corrected(Schedule momentum, LeafVector before, LeafVector now, LeafVector then)
        {
            Tensor kept = Tensor.Where(at.Steps.Equal(0), 0, 1 - at.At(momentum));
            return now + (kept * (before - then));
        }
    }

    /// <summary>The weight of the present, unless it is known to be a number outside (0, 1].</summary>
    internal static Schedule Share(Schedule value, [CallerMemberName] string name = "") => Positive(value, name) is { Known: not > 1 } share
        ? share
        : throw new ArgumentOutOfRangeException(Parameter(name), value.Known, "The weight of the present must be above 0 and at most 1.");

    private protected override IEnumerable<DescentCondition> Conditions(StrongConvexityBounds bounds) =>
        [Convex(bounds), Contracts("β", InnerRate, bounds), Contracts("c", Series.Rate, bounds)];
}
