using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The nearest whole number; halves go to the even neighbor.</summary>
internal sealed record Round : PiecewiseConstant
{
    /// <summary>The primitive.</summary>
    public static Round Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Round(x, MidpointRounding.ToEven);

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) =>
        [KinkMask.Jump(Name, (operands[0] - results[0]).Abs().Equal(0.5))];
}
