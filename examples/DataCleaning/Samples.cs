namespace DataCleaning;

/// <summary>Samples of one part of the data.</summary>
/// <param name="X">Pixels from 0 to 1, <c>[n, pixels]</c>.</param>
/// <param name="Labels">The classes, <c>int32 [n]</c>.</param>
public sealed record Samples(Tensor X, Tensor Labels)
{
    /// <summary>How many classes there are.</summary>
    public const int Classes = 10;

    /// <summary>The number of samples.</summary>
    public int Count => X.Shape[0];

    /// <summary>The classes as probabilities, <c>[n, classes]</c>.</summary>
    public Tensor OneHot => Labels.OneHot(Classes);

    /// <summary>The part of the samples whose class is predicted right.</summary>
    public double Accuracy(Weights w) => Classifier.Predict(w, X).Equal(Labels).To(DType.Float64).Mean().ToScalar();
}
