namespace Hyperdiff;

/// <summary>An approximation of Adam's step by one number per tensor, <c>ṽ = v · √(1 − β₂ᵗ)/(√(mean(β₂ s)) + ε)</c>, s the mean of squares after the step t;
/// the identity for SGD.</summary>
/// <remarks>The rate is left out, and so is the mean of the gradients. As in the first releases of Betty: Choe et al. (2023), "Betty: an automatic
/// differentiation library for multilevel optimization", arXiv:2207.02849.</remarks>
internal sealed record TensorwiseAdamStep : AdamFormulaStep
{
    /// <inheritdoc/>
    public override string Name => "Adam with one number per tensor";

    private protected override string Operation => nameof(TensorwiseAdam);

    private protected override LeafVector Scaled(LastStep step, AdamOptimizer adam, LeafVector adjoint)
    {
        Tensor taken = step.Taken;
        (Tensor beta2, Tensor epsilon) = (adam.Beta2.At(taken), adam.Epsilon.At(taken));
        Tensor correction = (1 - beta2.Pow(step.TakenAfter.To(DType.Float64))).Sqrt();
        LeafVector roots = step.MemoryAfter(1);
        return adjoint.Leaves.Select((v, i) =>
        {
            Tensor root = roots.Leaves[i].To(DType.Float64);
            Tensor denominator = (beta2.Sqrt() * (root.Norm() / Math.Sqrt(root.Count))) + epsilon;
            return (correction / denominator).To(v.DType) * v;
        }).ToArray();
    }
}
