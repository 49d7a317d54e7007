namespace Hyperdiff.Primitives;

/// <summary><c>y = 1 − erf x, accurate where erf x is near 1</c>, <c>y′ = −2/√π e^(−x²)</c>.</summary>
internal sealed record Erfc : Unary
{
    /// <summary>The primitive.</summary>
    public static Erfc Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(ErrorFunction.Erfc(double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => -ErrorFunction.SlopeAtZero * Primitives.Gaussian.Instance.Of(x);
}
