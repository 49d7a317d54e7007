namespace Hyperdiff.Benchmarks;

/// <summary>The weights of a perceptron with one hidden layer.</summary>
[Tree]
public sealed partial record TwoLayers(Tensor W1, Tensor B1, Tensor W2, Tensor B2)
{
    /// <summary>The weights with these leaves.</summary>
    public static TwoLayers Of(Tensor[] leaves) => new(leaves[0], leaves[1], leaves[2], leaves[3]);
}

/// <summary>One log-penalty per layer.</summary>
[Tree]
public sealed partial record LayerPenalties(Tensor First, Tensor Second)
{
    /// <summary>The penalties with these leaves.</summary>
    public static LayerPenalties Of(Tensor[] leaves) => new(leaves[0], leaves[1]);
}

/// <summary>A perceptron with a penalty per layer, as a map of gradient descent.</summary>
public static partial class Perceptron
{
    [InnerObjective]
    public static Tensor Train(TwoLayers w, LayerPenalties h, [Batch] Tensor x, [Batch] Tensor y) => Validate(w, h, x, y)
        + (0.5 * h.First.Exp() * (w.W1.Square().Sum() + w.B1.Square().Sum()))
        + (0.5 * h.Second.Exp() * (w.W2.Square().Sum() + w.B2.Square().Sum()));

    [GradientOf(nameof(Train))]
    private static partial TwoLayers TrainGradient(TwoLayers w, LayerPenalties h, Tensor x, Tensor y);

    [FixedPointMap]
    public static TwoLayers Step(TwoLayers w, LayerPenalties h, Tensor x, Tensor y, Tensor rate) => w - (rate * TrainGradient(w, h, x, y));

    [OuterObjective]
    public static Tensor Validate(TwoLayers w, LayerPenalties h, [Batch] Tensor x, [Batch] Tensor y) =>
        Losses.CrossEntropy((x.MatMul(w.W1) + w.B1).Tanh().MatMul(w.W2) + w.B2, y);
}
