namespace LogisticRegression;

/// <summary>Brings every feature to mean 0 and standard deviation 1 on the training samples, so that one penalty means the same to all of them.</summary>
/// <param name="Mean">Of each feature, <c>[features]</c>, in its unit.</param>
/// <param name="Scale">The standard deviation, in the same unit; 1 for a feature that never changes.</param>
internal sealed record Standardization(Tensor Mean, Tensor Scale)
{
    // far above the rounding of a mean of equal numbers (some ε = 2e-16), far below the spread of anything measured
    private const double ConstantBelow = 1e-12;

    public static Standardization Of(Samples training)
    {
        (Tensor mean, Tensor deviation) = (training.X.Mean(0), training.X.Std(0));
        return new Standardization(mean, Tensor.Where(deviation <= ConstantBelow * mean.Abs(), 1, deviation));
    }

    public Samples Apply(Samples samples) => samples with { X = (samples.X - Mean) / Scale };
}
