namespace Hyperdiff.Primitives;

/// <summary><c>y = 1 − x² = (1 − x)(1 + x)</c>, accurate near ±1; <c>y′ = −2x</c>, which the difference of the derivatives of both factors has no digits of
/// near 0.</summary>
internal sealed record OneMinusSquare : Unary
{
    /// <summary>The primitive.</summary>
    public static OneMinusSquare Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => (T.One - x) * (T.One + x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => -2 * x;
}
