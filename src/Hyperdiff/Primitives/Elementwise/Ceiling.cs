using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The next whole number towards +∞.</summary>
internal sealed record Ceiling : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Ceiling Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Ceiling(x);

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.Jump(Name, operands[0].Equal(results[0]))];
}
