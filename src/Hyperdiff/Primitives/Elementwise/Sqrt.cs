using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>y = √x</c>, <c>y′ = 1/(2y): infinite at 0</c>.</summary>
internal sealed record Sqrt : Unary
{
    /// <summary>The primitive.</summary>
    public static Sqrt Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Sqrt(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 0.5 / y;

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.At(Name, 0, operands[0].Equal(0))];
}
