namespace Hyperdiff;

/// <summary>The published formula of SAMA for the derivative of a step of Adam, and the identity for SGD.</summary>
/// <remarks>
/// <code>
/// ṽ = v ⊙ η [(1 − β₁) β₂ s⁻ − β₁ (1 − β₂) γ m⁻] / (√s + ε)³        m⁻, s⁻ before the step, s after it
/// </code>
/// The derivative of Adam's step <em>without bias correction</em> and for ε → 0: for the default β it is 6.5 times too large at step 10, 3.2 times at step 100,
/// right at step 10⁴, and 0 at the first. For SGD it is the identity, <em>without</em> the rate, so that the gradient's scale jumps with the optimizer.
/// <see cref="StepDerivative.Differentiated"/> has neither fault. Choe et al. (2023), "Making scalable meta learning practical", arXiv:2310.05674.
/// </remarks>
internal sealed record SamaStep : AdamFormulaStep
{
    /// <inheritdoc/>
    public override string Name => "SAMA's formula, without bias correction";

    private protected override string Operation => nameof(Sama);

    private protected override LeafVector Scaled(LastStep step, AdamOptimizer adam, LeafVector adjoint)
    {
        LeafVector gradient = step.Gradient;
        LeafVector mean = step.MemoryBefore(0);

        // what Adam remembers are roots of s
        (LeafVector before, LeafVector after) = (step.MemoryBefore(1), step.MemoryAfter(1));
        Tensor taken = step.Taken;
        (Tensor rate, Tensor beta1, Tensor beta2, Tensor epsilon) = (adam.Rate.At(taken), adam.Beta1.At(taken), adam.Beta2.At(taken), adam.Epsilon.At(taken));
        (Tensor first, Tensor second) = (rate * (1 - beta1) * beta2, rate * beta1 * (1 - beta2));
        return adjoint.Leaves.Select((v, i) =>
        {
            // in units of the denominator, since its third power may leave the range
            Tensor unit = after.Leaves[i] + epsilon.To(v.DType);
            Tensor numerator = (first.To(v.DType) * (before.Leaves[i] / unit).Square())
                - (second.To(v.DType) * (gradient.Leaves[i] / unit) * (mean.Leaves[i] / unit));
            return v * (numerator / unit);
        }).ToArray();
    }
}
