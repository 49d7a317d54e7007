namespace Hyperdiff.Primitives;

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
