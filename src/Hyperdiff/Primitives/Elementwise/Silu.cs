namespace Hyperdiff.Primitives;

/// <summary><c>y = x sigmoid(x)</c>, 0 at −∞; <c>y′ = σ(x) + x σ′(x)</c>.</summary>
/// <remarks>With <c>e = e^(−|x|/2)</c>, <c>y = x/(1 + e²)</c> for x ≥ 0, <c>x e²/(1 + e²)</c> below, where e² may be subnormal or 0 before y is.</remarks>
internal sealed record Silu : Unary
{
    /// <summary>Beyond, sigmoid(−|x|) is 0 in both types, and so is its product with x.</summary>
    public const double Far = 1024;

    /// <summary>The primitive.</summary>
    public static Silu Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x)
    {
        T half = T.CreateTruncating(0.5), far = T.CreateTruncating(Far);
        x = x < -far ? -far : x;
        T e = T.Exp(-half * T.Abs(x));
        return (x < T.Zero ? x * e * e : x) / (T.One + (e * e));
    }

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => SiluSlope.Instance.Of(x);
}

/// <summary><c>y = σ(x) + x σ′(x) = σ(x) (1 + x σ(−x))</c>, the slope of x σ(x) with the logistic function σ; <c>y′ = σ′(x) (2 − x tanh(x/2))</c>.</summary>
internal sealed record SiluSlope : Unary
{
    /// <summary>The primitive.</summary>
    public static SiluSlope Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x)
    {
        T half = T.CreateTruncating(0.5), far = T.CreateTruncating(Silu.Far);
        x = x < -far ? -far : x > far ? far : x;
        T e = T.Exp(-half * T.Abs(x)), upper = T.One / (T.One + (e * e)), lower = upper * e * e;
        return x < T.Zero ? (T.One + (x * upper)) * upper * e * e : (T.One + (x * lower)) * upper;
    }

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y)
    {
        Tensor half = 0.5 * x.Clamp(-Silu.Far, Silu.Far);
        return SechSquared.Instance.Of(half) * (0.5 - (half * half.Tanh() * 0.5));
    }
}
