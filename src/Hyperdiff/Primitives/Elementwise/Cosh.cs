namespace Hyperdiff.Primitives;

/// <summary><c>y = cosh x</c>, <c>y′ = sinh x</c>.</summary>
internal sealed record Cosh : Unary
{
    /// <summary>The primitive.</summary>
    public static Cosh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Cosh(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => x.Sinh();
}
