namespace Hyperdiff.Primitives;

/// <summary><c>y = 1/(1 + e⁻ˣ)</c>, <c>y′ = sech²(x/2)/4</c>, which is y (1 − y) with all digits. The exponential is only taken of −|x|, so nothing
/// overflows.</summary>
internal sealed record Sigmoid : Unary
{
    /// <summary>The primitive.</summary>
    public static Sigmoid Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x)
    {
        T e = T.Exp(-T.Abs(x));
        return (x < T.Zero ? e : T.One) / (T.One + e);
    }

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 0.25 * SechSquared.Instance.Of(0.5 * x);
}

/// <summary><c>y = ln(1 + eˣ) = max(x, 0) + ln(1 + e^(−|x|))</c>, the second form for all x; <c>y′ = sigmoid(x)</c>.</summary>
internal sealed record Softplus : Unary
{
    /// <summary>The primitive.</summary>
    public static Softplus Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Max(x, T.Zero) + Log1p.Instance.Map(T.Exp(-T.Abs(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => x.Sigmoid();
}
