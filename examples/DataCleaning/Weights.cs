namespace DataCleaning;

/// <summary>The weights of the classifier: the inner state w.</summary>
/// <param name="W">One per pixel and class, <c>[pixels, classes]</c>; logits per unit of grey.</param>
/// <param name="B">The intercepts, <c>[classes]</c>, in logits.</param>
[Tree]
public sealed partial record Weights(Tensor W, Tensor B)
{
    /// <summary>All zero.</summary>
    public static Weights Zero(int pixels, int classes) => new(Tensor.Zeros([pixels, classes]), Tensor.Zeros([classes]));
}
