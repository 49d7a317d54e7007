namespace Hyperdiff.Primitives;

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
