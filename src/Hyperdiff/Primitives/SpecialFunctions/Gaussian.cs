namespace Hyperdiff.Primitives;

/// <summary><c>y = e^(−x²)</c>, <c>y′ = −2 x y</c>. The square is split, since its rounding alone would cost as many digits as it has before the
/// point.</summary>
internal sealed record Gaussian : Unary
{
    /// <summary>The primitive.</summary>
    public static Gaussian Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(ErrorFunction.Gaussian(double.CreateTruncating(x)));

    /// <inheritdoc/>
    /// <remarks>Beyond ±64 y is 0 in both types, and a product with x could be 0·∞.</remarks>
    public override Tensor Derivative(Tensor x, Tensor y) => -2 * y * x.Clamp(-64, 64);
}
