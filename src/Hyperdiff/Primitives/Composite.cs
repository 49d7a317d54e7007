using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>An operation that has a derivative of its own, and is computed as others: plans hold these in its place, and fuse them with what is
/// around.</summary>
internal abstract record Composite : Operation
{
    /// <summary>The same numbers, up to rounding, by other operations. What it is made of has no part in the derivative.</summary>
    public abstract Tensor Expand(ReadOnlySpan<Tensor> operands);
}
