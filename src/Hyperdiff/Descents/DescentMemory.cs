using System.Collections.Immutable;

namespace Hyperdiff;

/// <summary>Something that a descent remembers from step to step besides w and λ: the adjoint, a second inner iterate, a table of gradients.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Leaves">Its tensors: one for every active leaf of w or of λ, in their order.</param>
public sealed record DescentMemory(string Name, ImmutableArray<Tensor> Leaves)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {string.Join("; ", Leaves)}";
}
