using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The heavy ball: a step carries part of the last one along. See <see cref="Optimizer.HeavyBall"/>.</summary>
/// <param name="Rate">η, in the unit parameter² per loss.</param>
/// <param name="Momentum">μ, in [0, 1).</param>
internal sealed record HeavyBallOptimizer(Schedule Rate, Schedule Momentum) : Optimizer
{
    /// <summary>η.</summary>
    public Schedule Rate { get; init => field = Schedule.Positive(value, nameof(Rate)); } = Schedule.Positive(Rate, nameof(Rate));

    /// <summary>μ.</summary>
    public Schedule Momentum { get; init => field = Schedule.Fraction(value, nameof(Momentum)); } = Schedule.Fraction(Momentum, nameof(Momentum));

    internal override ImmutableArray<Schedule> Schedules => [Rate, Momentum];

    internal override int Slots => 1;

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory)
    {
        Tensor v = (Momentum.At(taken).To(x.DType) * memory[0]) - (Rate.At(taken).To(x.DType) * gradient);
        return (x + v, [v]);
    }
}
