using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>z = x / y</c>; <c>ż = ẋ / y − ẏ z / y</c>.</summary>
internal sealed record Divide : Binary
{
    /// <summary>The primitive.</summary>
    public static Divide Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y) => x / y;

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        Sum(tangents[0] is { } dx ? dx / operands[1] : null, tangents[1] is { } dy ? dy * (-(result / operands[1])) : null);

    /// <summary>Linear in the numerator.</summary>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => [cotangent / operands[1].Value, null];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) =>
        LiveMasks.Product(Of(operands[0].Tensor, operands[1].Tensor), operands[0].Mask,
            LiveMasks.Number(operands[1].Tensor) is { } number && double.IsFinite(1 / number));

    /// <inheritdoc/>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit) => Fill.Is(operands[1], 1) ? operands[0] : null;
}
