namespace LogisticRegression;

/// <summary>The data in three parts: 60 % to train on, 20 % to tune the penalties on, 20 % to judge the result by. All are standardised by the first
/// part.</summary>
/// <param name="Train">Fits the weights.</param>
/// <param name="Validation">Chooses the penalties.</param>
/// <param name="Test">Is looked at when both are fixed.</param>
public sealed record Split(Samples Train, Samples Validation, Samples Test)
{
    private const double TrainShare = 0.6;
    private const double ValidationShare = 0.2;
    private const int FewestSamples = 10;

    /// <summary>Splits at random.</summary>
    /// <param name="data">The data.</param>
    /// <param name="seed">Fixes the split: the same seed gives the same parts on every machine.</param>
    /// <exception cref="DatasetException">There are too few samples, or all training samples are of one class.</exception>
    public static Split Of(Dataset data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Samples < FewestSamples)
        {
            throw new DatasetException($"{data.Samples} samples are too few to split in three; {FewestSamples} are needed");
        }

        int[] order = [.. Enumerable.Range(0, data.Samples)];
        new Random(seed).Shuffle(order);
        int train = (int)(TrainShare * order.Length);
        int validation = train + (int)Math.Round(ValidationShare * order.Length);
        Samples training = Take(data, order.AsSpan(..train));
        if (training.Y.Mean().ToScalar() is 0 or 1)
        {
            throw new DatasetException($"all {train} training samples of the split with seed {seed} are of class {training.Y.Max().ToScalar()}");
        }

        Standardization standardization = Standardization.Of(training);
        return new Split(
            standardization.Apply(training),
            standardization.Apply(Take(data, order.AsSpan(train..validation))),
            standardization.Apply(Take(data, order.AsSpan(validation..))));
    }

    private static Samples Take(Dataset data, ReadOnlySpan<int> rows)
    {
        Tensor indices = Tensor.From(rows, [rows.Length]);
        return new Samples(data.X.TakeRows(indices), data.Y.TakeRows(indices));
    }
}
