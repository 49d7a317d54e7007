using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The greater of two elements; NaN if one is. Where they are equal the derivative is shared equally, so that it does not depend on their
/// order.</summary>
internal sealed record Maximum : Arithmetic
{
    /// <summary>The primitive.</summary>
    public static Maximum Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y) => T.Max(x, y);

    /// <inheritdoc/>
    public override long MapIntegers(long x, long y) => Math.Max(x, y);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor x, Tensor y) = (operands[0], operands[1]);
        return OfTheWinner(operands, x.Below(y, Name), y.Below(x, string.Empty), tangents);
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => Ties(operands);
}
