using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>y = −x</c>.</summary>
internal sealed record Negate : Unary
{
    /// <summary>The primitive.</summary>
    public static Negate Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => -x;

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => -Tensor.OnesLike(x);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => -tangents[0]!;

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => [-cotangent];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => new LiveResult(Of(operands[0].Tensor), operands[0].Mask);

    /// <inheritdoc/>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit) =>
        operands[0].Definition is { Primitive: Negate, Operands: [var inner] } ? inner : null;
}
