namespace Hyperdiff.Primitives;

/// <summary><c>l = ln(1 + eᶻ) − t z</c>, the cross-entropy of a probability t with the logit z; <c>l̇ = (σ(z) − t) ż − z ṫ</c>.</summary>
/// <remarks>
/// Computed as <c>ln(1 + e⁻ᶻ) + (1 − t) z</c> for t ≥ ½, so that both classes have the same digits. An infinite logit is certainty: 0 where t agrees with it, ∞
/// otherwise.
/// </remarks>
internal sealed record BinaryCrossEntropy : Binary
{
    /// <summary>The primitive.</summary>
    public static BinaryCrossEntropy Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y)
    {
        bool upper = y + y >= T.One;
        (T logit, T rest) = upper ? (-x, T.One - y) : (x, y);
        T loss = Softplus.Instance.Map(logit);
        return rest == T.Zero ? loss : T.IsPositiveInfinity(logit) ? logit : loss - (rest * logit);
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Sum(
        tangents[0] is { } dz ? dz * BinaryCrossEntropySlope.Instance.Of(operands[0], operands[1]) : null,
        tangents[1] is { } dt ? -(dt * operands[0]) : null);
}

/// <summary><c>s = σ(z) − t</c>, the slope of the binary cross-entropy in the logit z; <c>ṡ = σ′(z) ż − ṫ</c>. As <c>(1 − t) − σ(−z)</c> for t ≥ ½, so that no
/// digits are lost where z is sure of t = 1.</summary>
internal sealed record BinaryCrossEntropySlope : Binary
{
    /// <summary>The primitive.</summary>
    public static BinaryCrossEntropySlope Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y) => y + y >= T.One ? T.One - y - Sigmoid.Instance.Map(-x) : Sigmoid.Instance.Map(x) - y;

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Sum(
        tangents[0] is { } dz ? dz * Sigmoid.Instance.Derivative(operands[0], operands[0]) : null,
        tangents[1] is { } dt ? -dt : null);
}
