using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The heavy ball: a step carries part of the last one along.</summary>
/// <remarks>
/// <code>
/// v ← μ v − η g,   x ← x + v,        that is   x⁺ = x − η g + μ (x − x₋)
/// </code>
/// v is the last step, and 0 at first. On a quadratic with curvature between μ_f and L the error falls by (√κ − 1)/(√κ + 1) per step at the best η and μ.
/// Source: Polyak (1964), "Some methods of speeding up the convergence of iteration methods", doi:10.1016/0041-5553(64)90137-5, equation (9).
/// </remarks>
/// <param name="Rate">η, in the unit parameter² per loss.</param>
/// <param name="Momentum">μ, in [0, 1).</param>
public sealed record HeavyBallOptimizer(Schedule Rate, Schedule Momentum) : Optimizer
{
    /// <summary>η.</summary>
    public Schedule Rate { get; init => field = Schedule.Positive(value, nameof(Rate)); } = Schedule.Positive(Rate, nameof(Rate));

    /// <summary>μ.</summary>
    public Schedule Momentum { get; init => field = Schedule.Fraction(value, nameof(Momentum)); } = Schedule.Fraction(Momentum, nameof(Momentum));

    internal override ImmutableArray<Delegate> Functions => [.. Rate.Functions, .. Momentum.Functions];

    internal override int Slots => 1;

    internal override (Tensor Parameter, Tensor[] Memory) Update(Tensor taken, Tensor x, Tensor gradient, Tensor[] memory)
    {
        Tensor v = (Momentum.At(taken).To(x.DType) * memory[0]) - (Rate.At(taken).To(x.DType) * gradient);
        return (x + v, [v]);
    }
}
