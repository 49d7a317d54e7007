using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The smaller of two elements; NaN if one is. Where they are equal the derivative is shared equally, so that it does not depend on their
/// order.</summary>
internal sealed record Minimum : Arithmetic
{
    /// <summary>The primitive.</summary>
    public static Minimum Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y) => T.Min(x, y);

    /// <inheritdoc/>
    public override long MapIntegers(long x, long y) => Math.Min(x, y);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor x, Tensor y) = (operands[0], operands[1]);
        return OfTheWinner(operands, y.Below(x, Name), x.Below(y, string.Empty), tangents);
    }

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => Ties(operands);
}
