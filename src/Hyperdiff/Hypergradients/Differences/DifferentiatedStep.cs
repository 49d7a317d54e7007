namespace Hyperdiff;

/// <summary>The derivative of the last step by differentiation, <c>ṽ = (∂u/∂γ)ᵀ v</c>, and <c>(∂w⁺/∂λ)ᵀ v</c> where the optimizer's own numbers are
/// hyperparameters.</summary>
/// <remarks>
/// For SGD of rate ξ, ξ v; with Nesterov's momentum ξ (1 + μ) v; with dampening ξ (1 − τ) v, and ξ v at the first step; for Adam the elementwise derivative of
/// its formula, bias correction and ε included. The cost of a few optimizer steps. Source: Choe et al. (2023), "Making scalable meta learning practical",
/// arXiv:2310.05674, where the Jacobian of the update is approximated by a formula (<see cref="SamaStep"/>).
/// </remarks>
internal sealed record DifferentiatedStep : StepDerivative
{
    /// <inheritdoc/>
    public override string Name => "the derivative of the last step";

    internal override (LeafVector Adjoint, LeafVector? Hyper) Apply(LastStep? step, LeafVector adjoint)
    {
        ArgumentNullException.ThrowIfNull(step);
        (LeafVector gradient, LeafVector hyper) = step.Back(adjoint);

        // w⁺ = w − u
        return (-gradient, hyper);
    }
}
