using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Adam with decoupled weight decay: <c>x ← (1 − η ω) x</c>, and then a step of Adam along a gradient that knows nothing of it.
/// See <see cref="Optimizer.AdamW"/>.</summary>
/// <param name="Inner">The steps.</param>
/// <param name="WeightDecay">ω, per unit of the parameters: every step shrinks x by η ω.</param>
internal sealed record AdamWOptimizer(AdamOptimizer Inner, Schedule WeightDecay) : Optimizer
{
    /// <summary>The steps.</summary>
    public AdamOptimizer Inner { get; init => field = Allowed.Given(value, nameof(Inner)); } = Allowed.Given(Inner, nameof(Inner));

    /// <summary>ω.</summary>
    public Schedule WeightDecay { get; init => field = Schedule.NonNegative(value, nameof(WeightDecay)); }
        = Schedule.NonNegative(WeightDecay, nameof(WeightDecay));

    internal override ImmutableArray<Schedule> Schedules => [.. Inner.Schedules, WeightDecay];

    internal override int Slots => Inner.Slots;

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory) =>
        Inner.Update(taken, (1 - (Inner.Rate.At(taken) * WeightDecay.At(taken))).To(x.DType) * x, gradient, memory);
}
