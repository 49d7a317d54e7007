namespace Hyperdiff;

/// <summary>What is subtracted from the outer objective of a sample before it weights the score: less variance, and the same mean. An immutable
/// value.</summary>
/// <remarks>E[b ∇ log p] = 0 for every b that does not depend on the sample itself. Each sample has a baseline of its own, made of other samples or of
/// none.</remarks>
public abstract record Baseline
{
    private protected Baseline()
    {
    }

    /// <summary>0.</summary>
    public static Baseline None { get; } = new ConstantBaseline(0);

    /// <summary>The mean of all other samples of the estimate, <c>bᵢ = Σ_{j≠i} Fⱼ/(n − 1)</c>. See <see cref="LeaveOneOutBaseline"/>.</summary>
    public static Baseline LeaveOneOut { get; } = new LeaveOneOutBaseline();

    /// <summary>A number that is known beforehand.</summary>
    /// <param name="value">b, in the unit of F.</param>
    public static Baseline Constant(double value) => double.IsFinite(value)
        ? new ConstantBaseline(value)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "Baseline.Constant: the baseline must be finite.");

    /// <summary>A decaying mean of the samples before. See <see cref="MovingAverageBaseline"/>.</summary>
    /// <param name="decay">β, in [0, 1): how much of the mean is kept at each sample.</param>
    public static Baseline MovingAverage(double decay = 0.9) => decay is >= 0 and < 1
        ? new MovingAverageBaseline(decay)
        : throw new ArgumentOutOfRangeException(nameof(decay), decay, "Baseline.MovingAverage: the decay is at least 0 and below 1.");

    /// <summary>The baseline of every sample.</summary>
    /// <param name="values">F of every sample, in the order in which they were drawn.</param>
    internal abstract double[] Of(double[] values);
}

/// <summary>The same number for every sample.</summary>
/// <param name="Value">b.</param>
internal sealed record ConstantBaseline(double Value) : Baseline
{
    /// <summary>b.</summary>
    public double Value { get; init => field = Allowed.Finite(value, nameof(Value)); } = Allowed.Finite(Value, nameof(Value));

    internal override double[] Of(double[] values) => [.. values.Select(_ => Value)];
}

/// <summary>A decaying mean of the samples before, <c>b ← β b + (1 − β) F</c>, beginning with the first; that one has the baseline 0.</summary>
/// <remarks>Source: Williams (1992), "Simple statistical gradient-following algorithms for connectionist reinforcement learning",
/// doi:10.1007/BF00992696.</remarks>
/// <param name="Decay">β.</param>
internal sealed record MovingAverageBaseline(double Decay) : Baseline
{
    /// <summary>β.</summary>
    public double Decay { get; init => field = Allowed.Within(0, value, 1, nameof(Decay)); } = Allowed.Within(0, Decay, 1, nameof(Decay));

    internal override double[] Of(double[] values)
    {
        var baselines = new double[values.Length];
        double mean = values[0];
        for (int i = 1; i < values.Length; i++)
        {
            // of the samples before this one, so that it does not depend on it
            baselines[i] = mean;
            mean = (Decay * mean) + ((1 - Decay) * values[i]);
        }

        return baselines;
    }
}

/// <summary>The mean of all other samples, <c>bᵢ = Σ_{j≠i} Fⱼ/(n − 1)</c>: nothing to choose, and unbiased.</summary>
/// <remarks>Source: Kool, van Hoof and Welling (2019), "Buy 4 REINFORCE samples, get a baseline for free!".</remarks>
internal sealed record LeaveOneOutBaseline : Baseline
{
    internal override double[] Of(double[] values)
    {
        double mean = values.Average();

        // (n F̄ − Fᵢ)/(n − 1), without the difference of large numbers
        return [.. values.Select(value => mean + ((mean - value) / (values.Length - 1)))];
    }
}
