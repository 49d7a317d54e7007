using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>
/// The operand placed among zeros: along axis a, its element i becomes element <c>Starts[a] + i·Steps[a]</c> of the result. Linear; its transpose is
/// <see cref="Slice"/>.
/// </summary>
/// <param name="Target">The shape of the result.</param>
/// <param name="Starts">Where the first element goes along each axis.</param>
/// <param name="Steps">The distances between neighbors in the result, not 0; beyond 1 there are zeros between them.</param>
internal sealed record Pad(Shape Target, Axes Starts, Axes Steps) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Slice.RequireInside(Name, operands[0].Shape, (Starts, Steps), Target);
        return operands[0] with { Shape = Target };
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        UniformStorage.Fill(result, 0);
        (int start, int[] strides) = Slice.Walk(Target, Starts, Steps);
        Strided.Scatter(operands[0], strides, start, result);
    }

    // a −0 among zeros is not uniform
    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) =>
        BitConverter.DoubleToInt64Bits(scalars[0]) == 0 ? 0 : null;

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) =>
        new Pad(Batches.Of(size, Target), Batches.Prepended(0, Starts), Batches.Prepended(1, Steps)).Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Of(tangents[0]!);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) =>
        [new Slice(Starts, new Axes(operands[0].Type.Shape), Steps).Of(cotangent)];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Moved(this, operands);
}
