using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The next whole number towards −∞.</summary>
internal sealed record Floor : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Floor Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Floor(x);

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.Jump(Name, operands[0].Equal(results[0]))];
}
