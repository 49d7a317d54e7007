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

    /// <summary>√(x² + y²), or ∞ at the origin: quotients by it are 0 there, to any order.</summary>
    public static Tensor Divisor(Tensor x, Tensor y)
    {
        Tensor root = Instance.Of(x, y);
        return Tensor.Where(root.Equals(0, string.Empty), double.PositiveInfinity, root);
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor x, Tensor y) = (operands[0], operands[1]);
        return Sum(tangents[0] is { } dx ? dx * Cosine.Instance.Of(x, y) : null, tangents[1] is { } dy ? dy * Cosine.Instance.Of(y, x) : null);
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.At(Name, 0, results[0].Equal(0))];
}
