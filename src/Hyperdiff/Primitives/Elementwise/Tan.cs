namespace Hyperdiff.Primitives;

/// <summary><c>y = tan x</c>, <c>y′ = 1 + y²</c>.</summary>
internal sealed record Tan : Unary
{
    /// <summary>The primitive.</summary>
    public static Tan Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Tan(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 + y.Square();
}
