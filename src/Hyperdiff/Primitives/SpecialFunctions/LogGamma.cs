namespace Hyperdiff.Primitives;

/// <summary><c>y = ln |Γ(x)|</c>, <c>y′ = ψ(x), the digamma function</c>.</summary>
internal sealed record LogGamma : Unary
{
    /// <summary>The primitive.</summary>
    public static LogGamma Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(GammaFunction.LogGamma(double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => x.Digamma();
}
