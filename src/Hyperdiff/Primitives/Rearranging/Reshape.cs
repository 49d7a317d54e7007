using System.Collections.Immutable;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>The same elements in the same order under another shape.</summary>
/// <param name="Target">The shape of the result, with as many elements.</param>
internal sealed record Reshape(Shape Target) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands) => operands[0].Shape.ElementCount == Target.ElementCount
        ? operands[0] with { Shape = Target }
        : throw new ShapeMismatchException(
            $"Reshape: shape {operands[0].Shape} has {operands[0].Shape.ElementCount} elements and {Target} has {Target.ElementCount}; the counts must agree.");

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result) =>
        Array.Copy(operands[0].Data, operands[0].Offset, result.Data, result.Offset, result.Count);

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => scalars[0];

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => new Reshape(Batches.Of(size, Target)).Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Of(tangents[0]!);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => [cotangent.Reshape(operands[0].Type.Shape)];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Moved(this, operands);

    /// <inheritdoc/>
    internal override Value? Simpler(ImmutableArray<Value> operands, Emitter emit) => operands[0] switch
    {
        var same when same.Type.Shape == Target => same,
        { Definition: { Primitive: Reshape, Operands: var inner } } => emit(this, inner),
        _ => null,
    };
}
