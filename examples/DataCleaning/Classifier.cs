namespace DataCleaning;

/// <summary>Multinomial logistic regression with a weight per training sample. From each annotated method the generator makes a form: <c>TrainObjective(x,
/// y)</c> and so on.</summary>
public static partial class Classifier
{
    // makes the minimum unique, and its Hessian well conditioned
    private const double Ridge = 0.005;

    /// <summary>What the weights minimize: <c>(1/n) Σ σ(λᵢ) CEᵢ(w) + ½ρ‖w‖²</c>. One-hot classes.</summary>
    [InnerObjective]
    public static Tensor Train(Weights w, SampleWeights h, [Batch] Tensor x, [Batch] Tensor y) =>
        (h.Logits.Sigmoid() * Losses(w, x, y)).Mean() + (0.5 * Ridge * (w.W.Square().Sum() + w.B.Square().Sum()));

    /// <summary>What the sample weights minimize: the mean cross-entropy on clean validation samples.</summary>
    [OuterObjective]
    public static Tensor Validate(Weights w, SampleWeights h, [Batch] Tensor x, [Batch] Tensor y) => Losses(w, x, y).Mean();

    /// <summary>The most likely class of every sample, <c>int32 [n]</c>.</summary>
    public static Tensor Predict(Weights w, Tensor x) => Logits(w, x).ArgMax(1);

    private static Tensor Losses(Weights w, Tensor x, Tensor y) => -(y * Logits(w, x).LogSoftmax()).Sum(1);

    private static Tensor Logits(Weights w, Tensor x) => x.MatMul(w.W) + w.B;
}
