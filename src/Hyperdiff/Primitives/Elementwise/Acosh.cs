namespace Hyperdiff.Primitives;

/// <summary><c>y = arcosh x</c>, <c>y′ = 1/√((x − 1)(x + 1)): infinite at 1</c>.</summary>
internal sealed record Acosh : Unary
{
    /// <summary>The primitive.</summary>
    public static Acosh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Acosh(x);

    // divided twice, since the derivative of a product of roots is 0 · ∞ at ∞
    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 / (x - 1).Sqrt() / (x + 1).Sqrt();
}
