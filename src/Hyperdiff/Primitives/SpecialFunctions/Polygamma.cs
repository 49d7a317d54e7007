namespace Hyperdiff.Primitives;

/// <summary><c>y = ψ⁽ⁿ⁾(x)</c>, the derivative of order n of the digamma function <c>ψ = (ln Γ)′</c>; its own derivative is that of order n + 1.</summary>
/// <param name="Order">The order n, at least 0.</param>
internal sealed record Polygamma(int Order) : Unary
{
    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(GammaFunction.Polygamma(Order, double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => new Polygamma(Order + 1).Of(x);
}
