namespace LogisticRegression;

/// <summary>Logistic regression with a penalty per feature. From each annotated method the generator makes a form: <c>TrainObjective(x, y)</c> and so
/// on.</summary>
public static partial class Logistic
{
    /// <summary>What the weights minimize: the mean cross-entropy on the training samples and <c>½ Σ λ_j w_j²</c>. The intercept is not penalised.</summary>
    [InnerObjective]
    public static Tensor Train(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) =>
        Losses.BinaryCrossEntropyWithLogits(Logits(w, x), y) + (0.5 * (h.LogL2.Exp() * w.W.Square()).Sum());

    /// <summary>∇_w of <see cref="Train"/>, written by the generator.</summary>
    [GradientOf(nameof(Train))]
    private static partial Weights TrainGradient(Weights w, Penalty h, Tensor x, Tensor y);

    /// <summary>One step of gradient descent on <see cref="Train"/>: the map that <c>--method reverse</c> unrolls.</summary>
    [FixedPointMap]
    public static Weights Step(Weights w, Penalty h, Tensor x, Tensor y, Tensor rate) => w - (rate * TrainGradient(w, h, x, y));

    /// <summary>What the penalties minimize: the mean cross-entropy on the validation samples.</summary>
    [OuterObjective]
    public static Tensor Validate(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) => Losses.BinaryCrossEntropyWithLogits(Logits(w, x), y);

    /// <summary>The logarithm of the odds of class 1, one per sample.</summary>
    /// <param name="w">The weights.</param>
    /// <param name="x">Samples <c>[n, features]</c>.</param>
    public static Tensor Logits(Weights w, Tensor x) => x.MatMul(w.W) + w.B;
}
