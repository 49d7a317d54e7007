using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Adagrad: gradients divided by the root of the sum of all their squares. See <see cref="Optimizer.Adagrad"/>.</summary>
/// <param name="Rate">η, in the unit of the parameters.</param>
/// <param name="Epsilon">ε, which keeps the denominator from zero, in the unit of the gradient.</param>
/// <param name="InitialSum">What s begins with.</param>
internal sealed record AdagradOptimizer(Schedule Rate, Schedule Epsilon, double InitialSum) : Optimizer
{
    /// <summary>η.</summary>
    public Schedule Rate { get; init => field = Schedule.Positive(value, nameof(Rate)); } = Schedule.Positive(Rate, nameof(Rate));

    /// <summary>ε.</summary>
    public Schedule Epsilon { get; init => field = Schedule.NonNegative(value, nameof(Epsilon)); } = Schedule.NonNegative(Epsilon, nameof(Epsilon));

    /// <summary>What s begins with.</summary>
    public double InitialSum { get; init => field = Allowed.NonNegative(value, nameof(InitialSum)); } = Allowed.NonNegative(InitialSum, nameof(InitialSum));

    internal override ImmutableArray<Schedule> Schedules => [Rate, Epsilon];

    internal override int Slots => 1;

    internal override Tensor Initial(int slot, Tensor parameter) => Tensor.Full(parameter.Shape, Math.Sqrt(InitialSum), parameter.DType);

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory)
    {
        Tensor one = Tensor.Scalar(1), root = RootOfSquares(memory[0], one, gradient, one);
        return (x - (Rate.At(taken).To(x.DType) * (gradient / (root + Epsilon.At(taken).To(x.DType)))), [root]);
    }
}
