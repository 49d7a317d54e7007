using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>z = √(x² + y²)</c>, without overflow or underflow of the squares; <c>ż = (x ẋ + y ẏ)/z</c>, and 0 at the origin, as are all its derivatives
/// there. NaN if one is.</summary>
internal sealed record Hypot : Binary
{
    /// <summary>The primitive.</summary>
    public static Hypot Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y)
    {
        (T scale, T reciprocal) = SquaringScale.Of(T.Max(T.Abs(x), T.Abs(y)));
        (x, y) = (x * scale, y * scale);
        return T.Sqrt((x * x) + (y * y)) * reciprocal;
    }

    // at the origin the quotients by ∞ are 0, to any order
    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor divisor = Tensor.Where(result.Equals(0, string.Empty), double.PositiveInfinity, result);
        return Sum(tangents[0] is { } dx ? dx * (operands[0] / divisor) : null, tangents[1] is { } dy ? dy * (operands[1] / divisor) : null);
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.At(Name, 0, results[0].Equal(0))];
}
