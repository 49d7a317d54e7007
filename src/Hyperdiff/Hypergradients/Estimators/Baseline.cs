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
