namespace Hyperdiff.Primitives;

/// <summary><c>y = sinh x</c>, <c>y′ = cosh x</c>.</summary>
internal sealed record Sinh : Unary
{
    /// <summary>The primitive.</summary>
    public static Sinh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Sinh(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => x.Cosh();
}
