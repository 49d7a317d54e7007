using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>z = x − y ⌊x/y⌋</c>, the remainder with the sign of the divisor; <c>ż = ẋ − ⌊x/y⌋ ẏ</c>. At the jumps, where x is a multiple of y, this holds
/// too.</summary>
internal sealed record Modulo : Binary
{
    /// <summary>The primitive.</summary>
    public static Modulo Instance { get; } = new();

    // the framework's remainder is exact; only its sign is that of the dividend
    /// <inheritdoc/>
    public override T Map<T>(T x, T y)
    {
        T remainder = x % y;
        return remainder != T.Zero && T.IsNegative(remainder) != T.IsNegative(y) ? remainder + y : remainder;
    }

    // x − z is a multiple of y up to rounding
    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        (tangents[0], tangents[1]) switch
        {
            ({ } dx, null) => dx,
            (var dx, { } dy) => Sum(dx, dy * -((operands[0] - result) / operands[1]).Round()),
            _ => null,
        };

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => [KinkMask.Jump(Name, results[0].Equal(0))];
}
