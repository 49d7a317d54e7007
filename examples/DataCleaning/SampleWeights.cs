namespace DataCleaning;

/// <summary>How much each training sample counts: the hyperparameters λ.</summary>
/// <param name="Logits">λ, <c>[samples]</c>; a sample counts as σ(λ).</param>
[Tree]
public sealed partial record SampleWeights(Tensor Logits);
