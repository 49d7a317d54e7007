namespace Hyperdiff.Primitives;

/// <summary><c>y = tanh x</c>, <c>y′ = sech² x</c>.</summary>
internal sealed record Tanh : Unary
{
    /// <summary>The primitive.</summary>
    public static Tanh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Tanh(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => SechSquared.Instance.Of(x);
}
