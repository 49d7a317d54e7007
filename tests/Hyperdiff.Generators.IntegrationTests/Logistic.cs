namespace Hyperdiff.Generators.IntegrationTests;

[Tree]
public sealed partial record Weights(Tensor W, Tensor B);

[Tree]
public sealed partial record Penalty(Tensor LogL2);

/// <summary>Logistic regression with a penalty per feature.</summary>
public static partial class Logistic
{
    [InnerObjective]
    static Tensor Train(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) =>
        Losses.BinaryCrossEntropyWithLogits(x.MatMul(w.W) + w.B, y) + (0.5 * (h.LogL2.Exp() * w.W.Square()).Sum());

    [GradientOf(nameof(Train))]
    private static partial Weights TrainGradient(Weights w, Penalty h, Tensor x, Tensor y);

    [FixedPointMap]
    static Weights Step(Weights w, Penalty h, Tensor x, Tensor y, Tensor rate) => w - (rate * TrainGradient(w, h, x, y));

    [OuterObjective]
    static Tensor Validate(Weights w, Penalty h, [Batch] Tensor x, [Batch] Tensor y) => Losses.BinaryCrossEntropyWithLogits(x.MatMul(w.W) + w.B, y);
}
