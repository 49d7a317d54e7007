namespace LogisticRegression;

/// <summary>Logistic regressions, one per fold, with compressed features. From each annotated method the generator makes a form: <c>TrainObjective(x, y,
/// heldOut)</c> and so on.</summary>
/// <remarks>In all of them x are the samples, standardised <c>[n, features]</c>, y the classes 0 and 1, <c>[n]</c>, and <c>heldOut [n, models]</c> is 1 where a
/// model does not train on a sample, and 0 elsewhere.</remarks>
public static partial class Logistic
{
    // what keeps a feature that never changes at 0, and is far below the variance of all others, which is about 1
    private const double Tiny = 1e-12;

    /// <summary>What the weights minimize: per sample, the cross-entropy of every model on the samples that it trains on, and <c>½ λ Σ w²</c>. Intercepts
    /// are not
    /// penalised. λ = 1 is what other libraries call C = 1.</summary>
    [InnerObjective]
    public static Tensor Train(Weights w, Settings h, Tensor x, Tensor y, Tensor heldOut) =>
        (((1 - heldOut) * SampleLosses(w, h, x, y)).Sum() + (0.5 * h.LogL2.Exp() * w.W.Square().Sum())) / x.Shape[0];

    /// <summary>∇_w of <see cref="Train"/>, written by the generator.</summary>
    [GradientOf(nameof(Train))]
    private static partial Weights TrainGradient(Weights w, Settings h, Tensor x, Tensor y, Tensor heldOut);

    /// <summary>One step of gradient descent on <see cref="Train"/>: the map that <c>--method reverse</c> unrolls.</summary>
    [FixedPointMap]
    public static Weights Step(Weights w, Settings h, Tensor x, Tensor y, Tensor heldOut, Tensor rate) => w - (rate * TrainGradient(w, h, x, y, heldOut));

    /// <summary>What the settings minimize: the mean cross-entropy of every sample under the model that did not train on it.</summary>
    [OuterObjective]
    public static Tensor Validate(Weights w, Settings h, Tensor x, Tensor y, Tensor heldOut) =>
        (heldOut * SampleLosses(w, h, x, y)).Sum() / x.Shape[0];

    /// <summary>The logarithm of the odds of class 1, <c>[n, models]</c>.</summary>
    /// <param name="w">The weights.</param>
    /// <param name="h">The settings.</param>
    /// <param name="x">Samples <c>[n, features]</c>.</param>
    /// <param name="train">The samples that the models were trained on: they set the scale of the compressed features.</param>
    public static Tensor Logits(Weights w, Settings h, Tensor x, Tensor train) => Features(h, x, train).MatMul(w.W) + w.B;

    /// <summary>Features <c>sign(x) ((1 + |x|)ᵖ − 1)/p</c> with the exponent p = σ(s), brought to mean 0 and deviation 1 on the training samples.</summary>
    /// <remarks>Source: the transformation of Yeo and Johnson (2000), doi:10.1093/biomet/87.4.954, made odd.</remarks>
    public static Tensor Features(Settings h, Tensor x, Tensor train)
    {
        Tensor scale = Compressed(h, train);
        return (Compressed(h, x) - scale.Mean(0)) / (scale.Var(0) + Tiny).Sqrt();
    }

    private static Tensor Compressed(Settings h, Tensor x)
    {
        Tensor exponent = h.Shape.Sigmoid();
        return x.Sign() * (exponent * x.Abs().Log1p()).Expm1() / exponent;
    }

    private static Tensor SampleLosses(Weights w, Settings h, Tensor x, Tensor y)
    {
        Tensor logits = Logits(w, h, x, x);
        return logits.Softplus() - (y.Unsqueeze(1) * logits);
    }
}
