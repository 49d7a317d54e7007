using System.Globalization;

namespace Hyperdiff;

/// <summary>
/// What stands for the derivative of a step <c>w⁺ = w − u(γ)</c> in its gradient γ: the map <c>v ↦ ṽ = (∂u/∂γ)ᵀ v</c>, exactly or by one of the published
/// approximations. An immutable value.
/// </summary>
public abstract record StepDerivative
{
    private protected StepDerivative()
    {
    }

    /// <summary>By differentiation of the last step, whatever the optimizer: momentum, dampening, weight decay and bias correction included. See
    /// <see cref="DifferentiatedStep"/>.</summary>
    public static StepDerivative Differentiated { get; } = new DifferentiatedStep();

    /// <summary>The published formula of SAMA. See <see cref="SamaStep"/>.</summary>
    public static StepDerivative Sama { get; } = new SamaStep();

    /// <summary>Adam with one number per tensor, <c>ṽ = v · √(1 − β₂ᵗ)/(√(mean(β₂ s)) + ε)</c>. See <see cref="TensorwiseAdamStep"/>.</summary>
    public static StepDerivative TensorwiseAdam { get; } = new TensorwiseAdamStep();

    /// <summary>A multiple of the identity, <c>ṽ = s v</c>. See <see cref="ScaledStep"/>.</summary>
    /// <param name="scale">s: 1 for H⁻¹ ≈ I, the rate of a plain gradient step for its exact derivative.</param>
    public static StepDerivative Scaled(double scale) => double.IsFinite(scale)
        ? new ScaledStep(scale)
        : throw new ArgumentOutOfRangeException(nameof(scale), scale, "StepDerivative.Scaled: the scale must be finite.");

    /// <summary>The name in warnings.</summary>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>Whether there must be a last step.</summary>
    internal virtual bool NeedsStep => true;

    /// <summary>ṽ, and where the step itself depends on λ, what it adds to the gradient.</summary>
    /// <param name="step">The last step; null if there was none, and none is needed.</param>
    /// <param name="adjoint">v, the active leaves.</param>
    internal abstract (LeafVector Adjoint, LeafVector? Hyper) Apply(LastStep? step, LeafVector adjoint);

    private protected static InvalidOperationException Refused(string name, Optimizer rule) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"StepDerivative.{name} is a formula for Adam, and this step is one of Optimizer.{rule.Rule}; StepDerivative.Differentiated takes any optimizer."));
}
