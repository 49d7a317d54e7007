namespace LogisticRegression;

/// <summary>Samples of one part of the data.</summary>
/// <param name="X">The features, <c>[n, features]</c>.</param>
/// <param name="Y">The classes, 0 or 1, <c>[n]</c>.</param>
public sealed record Samples(Tensor X, Tensor Y)
{
    /// <summary>The number of samples.</summary>
    public int Count => X.Shape[0];

    /// <summary>How good weights are on these samples.</summary>
    public Score Score(Weights w)
    {
        Tensor logits = Logistic.Logits(w, X);
        Tensor right = logits.Greater(0).To(DType.Float64).Equal(Y);
        return new Score(Losses.BinaryCrossEntropyWithLogits(logits, Y).ToScalar(), right.To(DType.Float64).Mean().ToScalar());
    }
}
