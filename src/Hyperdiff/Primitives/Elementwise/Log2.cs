namespace Hyperdiff.Primitives;

/// <summary><c>y = log₂ x</c>, <c>y′ = 1/(x ln 2)</c>.</summary>
internal sealed record Log2 : Unary
{
    /// <summary>The primitive.</summary>
    public static Log2 Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Log2(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => (1 / Math.Log(2)) / x;
}
