namespace LogisticRegression;

/// <summary>The hyperparameters λ: how strongly each weight is drawn to zero. The logarithm keeps every penalty positive, whatever step is taken.</summary>
/// <param name="LogL2">ln λ, one per feature, <c>[features]</c>.</param>
[Tree]
public sealed partial record Penalty(Tensor LogL2)
{
    /// <summary>The same λ for every feature.</summary>
    public static Penalty Uniform(int features, double lambda) => new(Tensor.Full([features], Math.Log(lambda)));
}
