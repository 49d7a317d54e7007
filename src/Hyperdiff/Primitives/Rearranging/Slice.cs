using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>Elements at regular distances: along axis a, element i of the result is element <c>Starts[a] + i·Steps[a]</c>. Linear; its transpose is
/// <see cref="Pad"/>.</summary>
/// <param name="Starts">The first element along each axis.</param>
/// <param name="Counts">How many along each axis.</param>
/// <param name="Steps">The distances, not 0; a negative one reads backwards.</param>
internal sealed record Slice(Axes Starts, Axes Counts, Axes Steps) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        var result = new Shape(Counts.Items.AsSpan());
        RequireInside(Name, result, (Starts, Steps), operands[0].Shape);
        return operands[0] with { Shape = result };
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        (int start, int[] strides) = Walk(operands[0].Type.Shape, Starts, Steps);
        Strided.Gather(operands[0], strides, start, result);
    }

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => scalars[0];

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) =>
        new Slice(Batches.Prepended(0, Starts), Batches.Prepended(size, Counts), Batches.Prepended(1, Steps)).Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Of(tangents[0]!);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) => [new Pad(operands[0].Type.Shape, Starts, Steps).Of(cotangent)];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Moved(this, operands);

    /// <summary>Where a walk over a part of a shape begins, and how far neighbors along each axis of the part lie from each other.</summary>
    internal static (int Start, int[] Strides) Walk(Shape whole, Axes starts, Axes steps)
    {
        int start = 0;
        int[] strides = whole.Strides();
        for (int axis = 0; axis < strides.Length; axis++)
        {
            start += starts[axis] * strides[axis];
            strides[axis] *= steps[axis];
        }

        return (start, strides);
    }

    internal static void RequireInside(string name, Shape part, (Axes Starts, Axes Steps) at, Shape whole)
    {
        (Axes starts, Axes steps) = at;
        bool inside = part.Rank == whole.Rank && starts.Count == whole.Rank && steps.Count == whole.Rank && !steps.Contains(0);
        for (int axis = 0; inside && axis < whole.Rank; axis++)
        {
            long last = starts[axis] + ((long)(part[axis] - 1) * steps[axis]);
            inside = part[axis] == 0 || (starts[axis] >= 0 && starts[axis] < whole[axis] && last >= 0 && last < whole[axis]);
        }

        if (!inside)
        {
            throw new ShapeMismatchException($"{name}: a part of shape {part} from {starts} by {steps} does not lie within shape {whole}; steps are not 0.");
        }
    }
}
