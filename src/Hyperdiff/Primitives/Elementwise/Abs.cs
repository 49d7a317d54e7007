using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>y = |x|</c>, <c>y′ = sign x: 0 at 0</c>.</summary>
internal sealed record Abs : Unary
{
    /// <summary>The primitive.</summary>
    public static Abs Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Abs(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => x.Sign();

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.At(Name, 0, operands[0].Equal(0))];
}
