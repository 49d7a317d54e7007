namespace LogisticRegression;

/// <summary>How good a model is on some samples.</summary>
/// <param name="Loss">The mean cross-entropy, in nats.</param>
/// <param name="Accuracy">The part of the samples whose class is predicted right.</param>
public readonly record struct Score(double Loss, double Accuracy)
{
    /// <summary>What changed from one to the other.</summary>
    public static Score operator -(Score after, Score before) => new(after.Loss - before.Loss, after.Accuracy - before.Accuracy);
}
