using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>z = x − y</c>.</summary>
internal sealed record Subtract : Arithmetic
{
    /// <summary>The primitive.</summary>
    public static Subtract Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y) => x - y;

    /// <inheritdoc/>
    public override long MapIntegers(long x, long y) => x - y;

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        (tangents[0], tangents[1]) switch
        {
            (null, { } dy) => -dy,
            ({ } dx, null) => dx,
            var (dx, dy) => dx! - dy!,
        };

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) =>
        [operands[0].IsLinear ? cotangent : null, operands[1].IsLinear ? -cotangent : null];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Sum(Of(LiveMasks.Tensors(operands)), operands);

    /// <inheritdoc/>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit) => operands switch
    {
        [var x, var y] when Fill.Is(y, 0) => x,
        [var x, { Definition: { Primitive: Negate, Operands: [var negated] } }] => emit(Add.Instance, [x, negated]),
        _ => null,
    };
}
