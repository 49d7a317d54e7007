using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>RMSProp: gradients divided by the root of a decaying mean of their squares. See <see cref="Optimizer.RmsProp"/>.</summary>
/// <param name="Rate">η, in the unit of the parameters.</param>
/// <param name="Decay">α, the decay of the mean of the squares, in [0, 1).</param>
/// <param name="Epsilon">ε, which keeps the denominator from zero, in the unit of the gradient.</param>
/// <param name="Momentum">μ, in [0, 1).</param>
internal sealed record RmsPropOptimizer(Schedule Rate, Schedule Decay, Schedule Epsilon, Schedule Momentum) : Optimizer
{
    /// <summary>η.</summary>
    public Schedule Rate { get; init => field = Schedule.Positive(value, nameof(Rate)); } = Schedule.Positive(Rate, nameof(Rate));

    /// <summary>α.</summary>
    public Schedule Decay { get; init => field = Schedule.Fraction(value, nameof(Decay)); } = Schedule.Fraction(Decay, nameof(Decay));

    /// <summary>ε.</summary>
    public Schedule Epsilon { get; init => field = Schedule.NonNegative(value, nameof(Epsilon)); } = Schedule.NonNegative(Epsilon, nameof(Epsilon));

    /// <summary>μ.</summary>
    public Schedule Momentum { get; init => field = Schedule.Fraction(value, nameof(Momentum)); } = Schedule.Fraction(Momentum, nameof(Momentum));

    internal override ImmutableArray<Schedule> Schedules => [Rate, Decay, Epsilon, Momentum];

    internal override int Slots => Momentum.Known == 0 ? 1 : 2;

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory)
    {
        Tensor decay = Decay.At(taken);
        Tensor root = RootOfSquares(memory[0], decay, gradient, 1 - decay);
        Tensor step = gradient / (root + Epsilon.At(taken).To(x.DType));
        Tensor[] next = Slots == 1 ? [root] : [root, (Momentum.At(taken).To(x.DType) * memory[1]) + step];
        return (x - (Rate.At(taken).To(x.DType) * (Slots == 1 ? step : next[1])), next);
    }
}
