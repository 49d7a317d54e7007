using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>y = 1</c> for positive x, <c>−1</c> for negative x, and x itself where it is 0, −0 or NaN.</summary>
internal sealed record Sign : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Sign Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => x > T.Zero ? T.One : x < T.Zero ? -T.One : x;

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.Jump(Name, operands[0].Equal(0))];
}
