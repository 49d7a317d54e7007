namespace Hyperdiff.Primitives;

/// <summary><c>y = eˣ</c>, <c>y′ = y</c>.</summary>
internal sealed record Exp : Unary
{
    /// <summary>The primitive.</summary>
    public static Exp Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Exp(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => y;
}
