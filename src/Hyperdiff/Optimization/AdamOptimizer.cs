using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Adam: the mean of the gradients divided by the root of the mean of their squares, both corrected for their start at zero.
/// See <see cref="Optimizer.Adam"/>.</summary>
/// <param name="Rate">η, in the unit of the parameters: the size of the first steps.</param>
/// <param name="Beta1">β₁, the decay of the mean of the gradients, in [0, 1).</param>
/// <param name="Beta2">β₂, the decay of the mean of their squares, in [0, 1).</param>
/// <param name="Epsilon">ε, which keeps the denominator from zero, in the unit of the gradient.</param>
internal sealed record AdamOptimizer(Schedule Rate, Schedule Beta1, Schedule Beta2, Schedule Epsilon) : Optimizer
{
    /// <summary>η.</summary>
    public Schedule Rate { get; init => field = Schedule.Positive(value, nameof(Rate)); } = Schedule.Positive(Rate, nameof(Rate));

    /// <summary>β₁.</summary>
    public Schedule Beta1 { get; init => field = Schedule.Fraction(value, nameof(Beta1)); } = Schedule.Fraction(Beta1, nameof(Beta1));

    /// <summary>β₂.</summary>
    public Schedule Beta2 { get; init => field = Schedule.Fraction(value, nameof(Beta2)); } = Schedule.Fraction(Beta2, nameof(Beta2));

    /// <summary>ε.</summary>
    public Schedule Epsilon { get; init => field = Schedule.NonNegative(value, nameof(Epsilon)); } = Schedule.NonNegative(Epsilon, nameof(Epsilon));

    internal override ImmutableArray<Schedule> Schedules => [Rate, Beta1, Beta2, Epsilon];

    internal override int Slots => 2;

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory)
    {
        Tensor step = taken.To(DType.Float64) + 1;
        (Tensor m, Tensor first) = Mean(Beta1.At(taken), step, memory[0], gradient);
        Tensor beta = Beta2.At(taken), root = RootOfSquares(memory[1], beta, gradient, 1 - beta);
        Tensor second = root / (1 - beta.Pow(step)).Sqrt().To(x.DType);
        return (x - (Rate.At(taken).To(x.DType) * (first / (second + Epsilon.At(taken).To(x.DType)))), [m, root]);
    }

    /// <summary>The decaying mean after one more value, and the same without its bias to zero.</summary>
    private static (Tensor Mean, Tensor Unbiased) Mean(Tensor beta, Tensor step, Tensor mean, Tensor value)
    {
        Tensor next = (beta.To(mean.DType) * mean) + ((1 - beta).To(mean.DType) * value);
        return (next, next / (1 - beta.Pow(step)).To(mean.DType));
    }
}
