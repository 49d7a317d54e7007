using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>z = xʸ</c>; <c>ż = y xʸ⁻¹ ẋ + z ln x ẏ</c>.</summary>
/// <remarks>
/// Where x and y are both 0 both coefficients are 0 (they would be 0·∞): the limits along every y > 0. Where z is 0, as for y > 0 at 0 and for y &lt; 0 at
/// ∞, so is the second. For negative x the second is NaN, as z is not a number for exponents nearby; a constant exponent asks for the first only.
/// </remarks>
internal sealed record Power : Binary
{
    /// <summary>The primitive.</summary>
    public static Power Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y) => T.Pow(x, y);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor x, Tensor y) = (operands[0], operands[1]);
        Tensor? left = tangents[0] is { } dx ? dx * Tensor.Where(x.Equals(0, string.Empty) & y.Equals(0, string.Empty), 0, y * x.Pow(y - 1)) : null;
        Tensor isZero = (x.Equals(0, string.Empty) & y.Equals(0, string.Empty)) | result.Equals(0, string.Empty);
        Tensor? right = tangents[1] is { } dy ? dy * result * Tensor.Where(isZero, 0, x.Log()) : null;
        return Sum(left, right);
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) =>
        [KinkMask.At(Name, 0, operands[0].Equal(0) & (operands[1] < 2) & operands[1].NotEqual(operands[1].Round()))];
}
