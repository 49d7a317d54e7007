namespace Hyperdiff;

/// <summary>The average of vectors that were computed from independent minibatches, and how far it is from their mean.</summary>
/// <param name="Mean">The average.</param>
/// <param name="Error">The root of the expected squared distance of the average from the mean, over the whole structure, as the vectors' own spread tells it;
/// NaN for a single one.</param>
internal sealed record SampleMean(LeafVector Mean, double Error)
{
    /// <summary>The average of at least one vector.</summary>
    public static SampleMean Of(IReadOnlyList<Tensor[]> vectors)
    {
        LeafVector sum = vectors[0];
        foreach (Tensor[] vector in vectors.Skip(1))
        {
            sum += vector;
        }

        LeafVector mean = vectors.Count == 1 ? sum : Tensor.Scalar(1.0 / vectors.Count) * sum;
        double spread = vectors.Aggregate(0.0, (sum, vector) => double.Hypot(sum, (mean - vector).Magnitude()));

        // the variance of one is spread² / (J − 1), that of the average a J-th of it; 0/0 is the honest answer for one
        return new SampleMean(mean, spread / Math.Sqrt((vectors.Count - 1.0) * vectors.Count));
    }
}
