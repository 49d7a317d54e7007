namespace Hyperdiff.Benchmarks;

/// <summary>The weights.</summary>
[Tree]
public sealed partial record Weights(Tensor W);

/// <summary>One log-penalty per feature.</summary>
[Tree]
public sealed partial record Penalty(Tensor LogL2);

/// <summary>Binary logistic regression with a penalty per feature, as a map of gradient descent.</summary>
public static partial class Logistic
{
    [InnerObjective]
    public static Tensor Train(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) =>
        Losses.BinaryCrossEntropyWithLogits(x.MatMul(w.W), y) + (0.5 * (h.LogL2.Exp() * w.W.Square()).Sum());

    [GradientOf(nameof(Train))]
    private static partial Weights TrainGradient(Weights w, Penalty h, Tensor x, Tensor y);

    [FixedPointMap]
    public static Weights Step(Weights w, Penalty h, Tensor x, Tensor y, Tensor rate) => w - (rate * TrainGradient(w, h, x, y));

    [OuterObjective]
    public static Tensor Validate(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) => Losses.BinaryCrossEntropyWithLogits(x.MatMul(w.W), y);
}
