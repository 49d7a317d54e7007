namespace LogisticRegression;

/// <summary>The data in two parts, both with the same shares of the classes and standardised by the first: 80 % to train on and to tune on in folds, and 20
/// % to
/// judge the result by.</summary>
/// <param name="Train">Fits the weights, and chooses the settings.</param>
/// <param name="Test">Is looked at when both are fixed.</param>
/// <param name="HeldOut">The folds, <c>[n, folds]</c>: 1 for the samples that a fold holds out.</param>
public sealed record Split(Dataset Train, Dataset Test, Tensor HeldOut)
{
    /// <summary>The number of folds.</summary>
    public const int Folds = 5;

    private const double TestShare = 0.2;

    /// <summary>The number of features.</summary>
    public int Features => Train.X.Shape[1];

    /// <summary>The classes of the training samples as numbers.</summary>
    public Tensor Targets => Train.Y.To(DType.Float64);

    /// <summary>Splits at random.</summary>
    /// <param name="data">The data, of two classes.</param>
    /// <param name="seed">Fixes the split: the same seed gives the same parts on every machine.</param>
    /// <exception cref="DataException">There are too few samples of a class.</exception>
    public static Split Of(Dataset data, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        int present = data.Y.ToArray<int>().Distinct().Count();
        if (present < data.Classes.Length)
        {
            throw new DataException($"all {data.Samples} samples are of one class; there must be some of both");
        }

        RandomKey[] keys = RandomKey.FromSeed(seed).Split(2);
        var parts = Splits.StratifiedByShares(data.Y, keys[0], 1 - TestShare, TestShare);
        (Dataset train, Dataset test) = (data.Take(parts[0].AsSpan()), data.Take(parts[1].AsSpan()));
        var standardization = Standardization.Fit(train);
        return new Split(standardization.Apply(train), standardization.Apply(test),
            Hyperdiff.Data.Folds.Stratified(train.Y, Folds, keys[1]).Assignment.OneHot(Folds));
    }

    /// <summary>How good one model is on the test samples.</summary>
    /// <param name="w">Its weights.</param>
    /// <param name="h">The settings that it was trained with.</param>
    public Score TestScore(Weights w, Settings h)
    {
        Tensor logits = Logistic.Logits(w, h, Test.X, Train.X)[.., 0];
        return new Score(Losses.BinaryCrossEntropyWithLogits(logits, Test.Y.To(DType.Float64)).ToScalar(),
            Metrics.Accuracy(logits.Greater(0).To(DType.Int32), Test.Y));
    }
}
