namespace Hyperdiff.Benchmarks;

/// <summary>The weights of a perceptron with two hidden layers.</summary>
[Tree]
public sealed partial record ThreeLayers(Tensor W1, Tensor B1, Tensor W2, Tensor B2, Tensor W3, Tensor B3);

/// <summary>One log-penalty per layer.</summary>
[Tree]
public sealed partial record ThreePenalties(Tensor First, Tensor Second, Tensor Third);

/// <summary>A perceptron with two hidden layers and a penalty per layer.</summary>
public static partial class DeepPerceptron
{
    [InnerObjective]
    public static Tensor Train(ThreeLayers w, ThreePenalties h, [Batch] Tensor x, [Batch] Tensor y) => Validate(w, h, x, y)
        + (0.5 * h.First.Exp() * (w.W1.Square().Sum() + w.B1.Square().Sum()))
        + (0.5 * h.Second.Exp() * (w.W2.Square().Sum() + w.B2.Square().Sum()))
        + (0.5 * h.Third.Exp() * (w.W3.Square().Sum() + w.B3.Square().Sum()));

    [OuterObjective]
    public static Tensor Validate(ThreeLayers w, ThreePenalties h, [Batch] Tensor x, [Batch] Tensor y) =>
        Losses.CrossEntropy(((x.MatMul(w.W1) + w.B1).Tanh().MatMul(w.W2) + w.B2).Tanh().MatMul(w.W3) + w.B3, y);
}
