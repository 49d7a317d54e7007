namespace Hyperdiff.Primitives;

/// <summary><c>y = arsinh x</c>, <c>y′ = 1/√(1 + x²)</c>, of any size.</summary>
internal sealed record Asinh : Unary
{
    /// <summary>The primitive.</summary>
    public static Asinh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Asinh(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 / x.Hypot(Tensor.OnesLike(x));
}
