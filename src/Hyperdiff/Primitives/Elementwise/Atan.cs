namespace Hyperdiff.Primitives;

/// <summary><c>y = arctan x</c>, <c>y′ = 1/(1 + x²)</c>, of any size.</summary>
internal sealed record Atan : Unary
{
    /// <summary>The primitive.</summary>
    public static Atan Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Atan(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y)
    {
        Tensor root = x.Hypot(Tensor.OnesLike(x));
        return 1 / root / root;
    }
}
