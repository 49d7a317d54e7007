using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>z</c>, the angle of the point (x, y) seen from the origin, from −π to π; the first operand is y. <c>ż = (x ẏ − y ẋ)/(x² + y²)</c>, and 0 at the
/// origin.</summary>
internal sealed record Atan2 : Binary
{
    /// <summary>The primitive.</summary>
    public static Atan2 Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y) => T.Atan2(x, y);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor y, Tensor x) = (operands[0], operands[1]);
        Tensor radius = Hypot.Divisor(x, y);
        return Sum(
            tangents[0] is { } dy ? dy * (Cosine.Instance.Of(x, y) / radius) : null,
            tangents[1] is { } dx ? dx * -(Cosine.Instance.Of(y, x) / radius) : null);
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) =>
        [KinkMask.At(Name, 0, operands[0].Equal(0) & operands[1].Equal(0))];
}
