namespace Hyperdiff.Primitives;

/// <summary><c>y = x Φ(x)</c> with the distribution function Φ of the normal distribution, 0 at −∞; <c>y′ = Φ(x) + x φ(x)</c>.</summary>
internal sealed record Gelu : Unary
{
    /// <summary>Beyond, 1 − Φ is 0 in both types, and so is its product with x.</summary>
    public const double Far = 64;

    /// <summary>The primitive.</summary>
    public static Gelu Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(Of(double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => GeluSlope.Instance.Of(x);

    private static double Of(double x)
    {
        double size = Math.Min(Math.Abs(x), Far), lost = ErrorFunction.TimesNormal(size * ErrorFunction.NormalShare(size), size);
        return x < 0 ? -lost : x - lost;
    }
}

/// <summary><c>y = Φ(x) + x φ(x)</c>, the slope of x Φ(x) with the distribution function Φ of the normal distribution and its density φ; <c>y′ = φ(x) (2 −
/// x²)</c>.</summary>
internal sealed record GeluSlope : Unary
{
    /// <summary>1/√(2π), the density at 0.</summary>
    public const double Density = 0.3989422804014327;

    /// <summary>The primitive.</summary>
    public static GeluSlope Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(Of(double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y)
    {
        Tensor bounded = x.Clamp(-Gelu.Far, Gelu.Far);
        return Density * Gaussian.Instance.Of(Math.Sqrt(0.5) * bounded) * (2 - bounded.Square());
    }

    // 1 − y(−x) above 0
    private static double Of(double x)
    {
        double size = Math.Min(Math.Abs(x), Gelu.Far);
        double below = ErrorFunction.TimesNormal(ErrorFunction.NormalShare(size) - (Density * size), size);
        return x < 0 ? below : 1 - below;
    }
}
