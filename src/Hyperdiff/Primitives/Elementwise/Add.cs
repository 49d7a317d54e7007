using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>z = x + y</c>.</summary>
internal sealed record Add : Arithmetic
{
    /// <summary>The primitive.</summary>
    public static Add Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x, T y) => x + y;

    /// <inheritdoc/>
    public override long MapIntegers(long x, long y) => x + y;

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Sum(tangents[0], tangents[1]);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) =>
        [operands[0].IsLinear ? cotangent : null, operands[1].IsLinear ? cotangent : null];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Sum(Of(LiveMasks.Tensors(operands)), operands);

    /// <inheritdoc/>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit) =>
        operands[1].Definition is { Primitive: Negate, Operands: [var negated] } ? emit(Subtract.Instance, [operands[0], negated]) : null;
}
