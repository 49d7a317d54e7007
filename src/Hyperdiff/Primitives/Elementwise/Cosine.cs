using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>z = x/√(x² + y²)</c>, the slope of <see cref="Hypot"/>; <c>ż = s (s ẋ − z ẏ)/√(x² + y²)</c> with <c>s = y/√(x² + y²)</c>, and 0 at the
/// origin, as are all its derivatives there.</summary>
/// <remarks>A quotient would be 0 where the root overflows, and NaN at ∞, where there is a limit: what is infinite is equally far, as for
/// <see cref="Atan2"/>.</remarks>
internal sealed record Cosine : Binary
{
    /// <summary>The primitive.</summary>
    public static Cosine Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y)
    {
        if (T.IsInfinity(x) || T.IsInfinity(y))
        {
            (x, y) = (Direction(x), Direction(y));
        }

        T scale = SquaringScale.Of(T.Max(T.Abs(x), T.Abs(y))).Scale;
        (x, y) = (x * scale, y * scale);
        T root = T.Sqrt((x * x) + (y * y));
        return root == T.Zero ? root : x / root;

        static T Direction(T number) => T.IsNaN(number) ? number : T.CopySign(T.IsInfinity(number) ? T.One : T.Zero, number);
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor sine = Of(operands[1], operands[0]), slope = sine / Hypot.Divisor(operands[0], operands[1]);
        return Sum(tangents[0] is { } dx ? dx * (slope * sine) : null, tangents[1] is { } dy ? dy * -(slope * result) : null);
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) =>
        [KinkMask.At(nameof(Hypot), 0, operands[0].Equal(0) & operands[1].Equal(0))];
}
