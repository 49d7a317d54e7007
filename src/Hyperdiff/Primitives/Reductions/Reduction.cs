using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>What the reductions share: some axes disappear, one element of the result comes from all elements along them.</summary>
/// <param name="Reduced">The axes that disappear, ascending, counted from 0.</param>
internal abstract record Reduction(Axes Reduced) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Shape shape = operands[0].Shape;
        foreach (int axis in Reduced)
        {
            if (axis < 0 || axis >= shape.Rank)
            {
                throw new ShapeMismatchException($"{Name}: a tensor of shape {shape} has no axis {axis}; its axes are 0..{shape.Rank - 1}.");
            }
        }

        return operands[0] with { Shape = new Shape([.. Enumerable.Range(0, shape.Rank).Where(axis => !Reduced.Contains(axis)).Select(axis => shape[axis])]) };
    }

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) =>
        (this with { Reduced = Batches.Shifted(Reduced) }).Of(operands[0].Tensor);

    /// <summary>A result (or its cotangent) with the reduced axes put back as 1, and stretched to the operand's shape.</summary>
    protected Tensor Stretch(Tensor reduced, Shape shape) => reduced.Reshape(Kept(shape)).BroadcastTo(shape);

    /// <summary>For every element of the operand, row-major, the index of the result's element that it goes into.</summary>
    protected int[] Targets(Shape shape)
    {
        int[] strides = BroadcastTo.StretchedStrides(Kept(shape), shape);
        HostArray identity = new(new TensorType(DType.Int32, Kept(shape)), Enumerable.Range(0, Kept(shape).ElementCount).ToArray());
        HostArray targets = HostArray.Allocate(new TensorType(DType.Int32, shape));
        Strided.Gather(identity, strides, start: 0, targets);
        return (int[])targets.Data;
    }

    /// <summary>The shape with 1 for every reduced axis.</summary>
    public Shape Kept(Shape shape) => new([.. Enumerable.Range(0, shape.Rank).Select(axis => Reduced.Contains(axis) ? 1 : shape[axis])]);
}
