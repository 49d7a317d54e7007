using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>The last step of an optimizer: where it was before and after, and the gradient that it took.</summary>
internal abstract class LastStep
{
    /// <summary>The rule that stepped.</summary>
    public abstract Optimizer Rule { get; }

    /// <summary>γ, the gradient of the step, the active leaves.</summary>
    public abstract LeafVector Gradient { get; }

    /// <summary>The number of steps before it.</summary>
    public abstract Tensor Taken { get; }

    /// <summary>The number of steps with it.</summary>
    public abstract Tensor TakenAfter { get; }

    /// <summary>For every active leaf of λ, whether the step depends on it, by its gradient or by its rule.</summary>
    public abstract ImmutableArray<bool> DependsOn { get; }

    /// <summary>What the rule remembered before the step.</summary>
    public abstract LeafVector MemoryBefore(int slot);

    /// <summary>What it remembers after it.</summary>
    public abstract LeafVector MemoryAfter(int slot);

    /// <summary>(∂w⁺/∂γ)ᵀ v and (∂w⁺/∂λ)ᵀ v, of the step at a gradient that is held.</summary>
    public abstract (LeafVector Gradient, LeafVector Hyper) Back(LeafVector adjoint);
}
