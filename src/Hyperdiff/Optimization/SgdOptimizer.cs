using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Gradient descent with momentum. See <see cref="Optimizer.Sgd"/>.</summary>
/// <param name="Rate">η, in the unit parameter² per loss.</param>
/// <param name="Momentum">μ, in [0, 1).</param>
/// <param name="Dampening">τ, in [0, 1): the part of later gradients that momentum leaves out.</param>
internal sealed record SgdOptimizer(Schedule Rate, Schedule Momentum, Schedule Dampening) : Optimizer
{
    /// <summary>η.</summary>
    public Schedule Rate { get; init => field = Schedule.Positive(value, nameof(Rate)); } = Schedule.Positive(Rate, nameof(Rate));

    /// <summary>μ.</summary>
    public Schedule Momentum { get; init => field = Schedule.Fraction(value, nameof(Momentum)); } = Schedule.Fraction(Momentum, nameof(Momentum));

    /// <summary>τ.</summary>
    public Schedule Dampening { get; init => field = Schedule.Fraction(value, nameof(Dampening)); } = Schedule.Fraction(Dampening, nameof(Dampening));

    internal override ImmutableArray<Schedule> Schedules => [Rate, Momentum, Dampening];

    internal override int Slots => Momentum.Known == 0 ? 0 : 1;

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory)
    {
        Tensor rate = Rate.At(taken).To(x.DType);
        if (Slots == 0)
        {
            return (x - (rate * gradient), []);
        }

        Tensor part = Dampening.Known == 0 ? gradient : Tensor.Where(taken.Equal(0), 1, 1 - Dampening.At(taken)).To(x.DType) * gradient;
        Tensor m = (Momentum.At(taken).To(x.DType) * memory[0]) + part;
        return (x - (rate * m), [m]);
    }
}
