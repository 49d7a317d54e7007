using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Reorders axes: axis a of the result is axis <c>Order[a]</c> of the operand.</summary>
/// <param name="Order">Every axis once.</param>
internal sealed record Permute(Axes Order) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Shape shape = operands[0].Shape;
        if (Order.Count != shape.Rank || !Order.Items.Order().SequenceEqual(Enumerable.Range(0, shape.Rank)))
        {
            throw new ShapeMismatchException($"Permute: {Order} is not an order of the {shape.Rank} axes of shape {shape}; name every axis once.");
        }

        return operands[0] with { Shape = new Shape([.. Order.Items.Select(axis => shape[axis])]) };
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        int[] own = operands[0].Type.Shape.Strides();
        Strided.Gather(operands[0], [.. Order.Items.Select(axis => own[axis])], start: 0, result);
    }

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => scalars[0];

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) =>
        new Permute(Batches.Prepended(0, Batches.Shifted(Order))).Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Of(tangents[0]!);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => [Inverse().Of(cotangent)];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Moved(this, operands);

    /// <summary>The permutation that undoes this one.</summary>
    public Permute Inverse() => new(new Axes([.. Enumerable.Range(0, Order.Count).Select(axis => Order.Items.IndexOf(axis))]));
}
