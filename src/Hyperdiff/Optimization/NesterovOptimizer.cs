using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Nesterov's accelerated gradient: momentum that looks a step ahead. See <see cref="Optimizer.Nesterov"/>.</summary>
/// <param name="Rate">η, in the unit parameter² per loss.</param>
/// <param name="Momentum">μ, in [0, 1).</param>
internal sealed record NesterovOptimizer(Schedule Rate, Schedule Momentum) : Optimizer
{
    /// <summary>η.</summary>
    public Schedule Rate { get; init => field = Schedule.Positive(value, nameof(Rate)); } = Schedule.Positive(Rate, nameof(Rate));

    /// <summary>μ.</summary>
    public Schedule Momentum { get; init => field = Schedule.Fraction(value, nameof(Momentum)); } = Schedule.Fraction(Momentum, nameof(Momentum));

    internal override ImmutableArray<Schedule> Schedules => [Rate, Momentum];

    internal override int Slots => 1;

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory)
    {
        Tensor momentum = Momentum.At(taken).To(x.DType);
        Tensor m = (momentum * memory[0]) + gradient;
        return (x - (Rate.At(taken).To(x.DType) * (gradient + (momentum * m))), [m]);
    }
}
