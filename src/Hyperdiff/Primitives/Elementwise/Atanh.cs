namespace Hyperdiff.Primitives;

/// <summary><c>y = artanh x</c>, <c>y′ = 1/((1 − x)(1 + x)): infinite at ±1</c>.</summary>
internal sealed record Atanh : Unary
{
    /// <summary>The primitive.</summary>
    public static Atanh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Atanh(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 / OneMinusSquare.Instance.Of(x);
}
