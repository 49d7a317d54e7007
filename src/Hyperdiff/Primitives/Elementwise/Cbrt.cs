using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>y = ∛x, also of negative x</c>, <c>y′ = 1/(3y²): infinite at 0</c>.</summary>
internal sealed record Cbrt : Unary
{
    /// <summary>The primitive.</summary>
    public static Cbrt Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Cbrt(x);

    // divided twice, since the derivative of a square is 0 · ∞ at ∞ and at 0
    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => (1.0 / 3) / y / y;

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.At(Name, 0, operands[0].Equal(0))];
}
