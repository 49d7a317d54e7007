namespace Hyperdiff.Data;

/// <summary>Samples in three parts.</summary>
/// <param name="Train">What the inner problem learns from.</param>
/// <param name="Validation">What hyperparameters are tuned on.</param>
/// <param name="Test">What the result is judged by, when everything else is fixed.</param>
public sealed record DataSplit(Dataset Train, Dataset Validation, Dataset Test)
{
    /// <summary>The parts with every feature brought to mean 0 and standard deviation 1 on the training samples.</summary>
    /// <returns>The parts, and what was done to them.</returns>
    /// <exception cref="DataException">A number is not finite, or there is no training sample.</exception>
    public (DataSplit Split, Standardization Standardization) Standardized()
    {
        var standardization = Standardization.Fit(Train);
        return (new DataSplit(standardization.Apply(Train), standardization.Apply(Validation), standardization.Apply(Test)), standardization);
    }

    /// <inheritdoc/>
    public override string ToString() => $"train {Train}; validation {Validation}; test {Test}";
}
