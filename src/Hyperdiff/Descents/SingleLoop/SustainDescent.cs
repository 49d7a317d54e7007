using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Hyperdiff;

/// <summary>SUSTAIN: one step each of w and λ, both along momentum estimates that correct their past at the present sample.</summary>
/// <remarks>
/// <code>
/// m_k = η d(x_k; ξ_k) + (1 − η)(m_{k−1} + d(x_k; ξ_k) − d(x_{k−1}; ξ_k))      for d = ∇_wf, and d = h − Bᵀv with v ≈ H⁻¹g by a series
/// w ← w − β m^w,     λ ← λ − α m^λ
/// </code>
/// Both evaluations of a difference use the same sample; the first step has η = 1. Biased by the series: ‖∇ℓ‖ ends at the order of (1 − c μ)ᴺ. The theorems ask
/// for f strongly convex in w with Lipschitz derivatives, samples that are Lipschitz themselves, c ≤ 1/L, N of the order of log k, α_k, β_k ~ k^(−1/3) and η_k
/// ~ α_k² for a nonconvex ℓ. Two gradients each of f and F, at most 2 (N − 1) Hessian products and two mixed products per step. Source: Khanduri et al. (2021),
/// "A near-optimal algorithm for stochastic bilevel optimization via double-momentum", arXiv:2102.07367, algorithm 1.
/// </remarks>
/// <param name="InnerRate">β, in the unit w² per f.</param>
/// <param name="OuterRate">α, in the unit λ² per F.</param>
/// <param name="InnerMomentum">η of w, in (0, 1]; 1 for none.</param>
/// <param name="OuterMomentum">η of λ, in (0, 1]; 1 for none.</param>
/// <param name="Series">The approximation of H⁻¹g.</param>
public sealed record SustainDescent(Schedule InnerRate, Schedule OuterRate, Schedule InnerMomentum, Schedule OuterMomentum, HessianSeries Series)
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
