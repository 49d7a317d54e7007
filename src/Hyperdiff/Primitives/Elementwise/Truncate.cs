using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The next whole number towards 0.</summary>
internal sealed record Truncate : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Truncate Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Truncate(x);

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) =>
        [KinkMask.Jump(Name, operands[0].Equal(results[0]) & operands[0].NotEqual(0))];
}
