namespace LogisticRegression;

/// <summary>The weights of the model: the inner state w.</summary>
/// <param name="W">One per feature, <c>[features]</c>; logits per standard deviation of the feature.</param>
/// <param name="B">The intercept, a scalar, in logits.</param>
[Tree]
public sealed partial record Weights(Tensor W, Tensor B)
{
    /// <summary>All zero.</summary>
    public static Weights Zero(int features) => new(Tensor.Zeros([features]), Tensor.Scalar(0));
}
