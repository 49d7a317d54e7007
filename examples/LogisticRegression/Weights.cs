namespace LogisticRegression;

/// <summary>The weights of some models, each trained for itself: the inner state w.</summary>
/// <param name="W">One per feature and model, <c>[features, models]</c>; logits per standard deviation of the compressed feature.</param>
/// <param name="B">The intercepts, <c>[models]</c>, in logits.</param>
[Tree]
public sealed partial record Weights(Tensor W, Tensor B)
{
    /// <summary>All zero.</summary>
    public static Weights Zero(int features, int models) => new(Tensor.Zeros([features, models]), Tensor.Zeros([models]));
}
