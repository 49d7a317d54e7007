using System.Numerics;

namespace Hyperdiff.Backends.Cpu.MatrixProducts;

/// <summary>f of <c>Mᵀ·(f ∘ (M·x))</c>: what the elements of M·x are multiplied by, one after the other, in this order.</summary>
/// <param name="before">The first factor, of all elements.</param>
/// <param name="weights">The second: one for each element, or one for all.</param>
/// <param name="after">The third, of all.</param>
internal readonly ref struct NormalFactors<T>(T before, ReadOnlySpan<T> weights, T after)
    where T : unmanaged, INumberBase<T>
{
    /// <summary>The first factor, of all elements.</summary>
    public T Before { get; } = before;

    /// <summary>The second: one for each element, or one for all.</summary>
    public ReadOnlySpan<T> Weights { get; } = weights;

    /// <summary>The third, of all.</summary>
    public T After { get; } = after;

    /// <summary>The elements from one weight to the next.</summary>
    public int Step => Weights.Length == 1 ? 0 : 1;
}
