using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>z = x · y</c>, element by element; <c>ż = ẋ y + x ẏ</c>.</summary>
internal sealed record Multiply : Arithmetic
{
    /// <summary>The primitive.</summary>
    public static Multiply Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y) => x * y;

    /// <inheritdoc/>
    public override long MapIntegers(long x, long y) => x * y;

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        ReferenceEquals(operands[0].Storage, operands[1].Storage) && ReferenceEquals(tangents[0]?.Storage, tangents[1]?.Storage)
            ? tangents[0]! * (2 * operands[0])
            : Sum(tangents[0] is { } dx ? dx * operands[1] : null, tangents[1] is { } dy ? dy * operands[0] : null);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) =>
        [operands[0].IsLinear ? cotangent * operands[1].Value : null, operands[1].IsLinear ? cotangent * operands[0].Value : null];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands)
    {
        (LiveOperand linear, LiveOperand known) = operands[0].IsLinear ? (operands[0], operands[1]) : (operands[1], operands[0]);
        return LiveMasks.Product(Of(operands[0].Tensor, operands[1].Tensor), linear.Mask,
            LiveMasks.Number(known.Tensor) is { } number && double.IsFinite(number));
    }

    /// <inheritdoc/>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit) => operands switch
    {
        [var x, var y] when Fill.Is(y, 1) => x,
        [var x, var y] when Fill.Is(x, 1) => y,
        [var x, var y] when Fill.Is(y, -1) && x.Type.DType.IsFloating() => emit(Negate.Instance, [x]),
        [var x, var y] when Fill.Is(x, -1) && y.Type.DType.IsFloating() => emit(Negate.Instance, [y]),
        _ => null,
    };
}
