using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>
/// What a window sees as it moves along the last axes: <c>[…, size …]</c> gives <c>[…, kernel …, position …]</c>, along each of these axes
/// <c>result[k, p] = operand[p·stride + k·dilation]</c>. Linear; its transpose is <see cref="OverlapAdd"/>.
/// </summary>
/// <remarks>
/// The kernel's axes stand before the positions', so that rows of the result are runs of the operand, and a convolution is a matrix product with the kernel's
/// axes joined ("im2col": Chellapilla, Puri and Simard (2006), "High performance convolutional neural networks for document processing", section 3.1).
/// </remarks>
/// <param name="Kernel">How many elements the window sees along each axis.</param>
/// <param name="Positions">How many places it takes along each axis.</param>
/// <param name="Strides">The distances between neighboring places, at least 1.</param>
/// <param name="Dilations">The distances between neighboring elements that it sees, at least 1.</param>
internal sealed record Windows(Axes Kernel, Axes Positions, Axes Strides, Axes Dilations) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Shape shape = operands[0].Shape;
        int moved = Kernel.Count;
        RequireAxes(Name, shape, moved, Kernel, Positions, Strides, Dilations);
        RequireInside(Name, new Axes(shape.Sizes.AsSpan()[^moved..]));
        return operands[0] with { Shape = new Shape([.. shape.Sizes[..^moved], .. Kernel.Items, .. Positions.Items]) };
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result) =>
        Strided.Gather(operands[0], Walk(operands[0].Type.Shape, Strides, Dilations), start: 0, result);

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => scalars[0];

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Of(tangents[0]!);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands) =>
        [new OverlapAdd(new Axes(operands[0].Type.Shape.Sizes.AsSpan()[^Kernel.Count..]), Strides, Dilations).Of(cotangent)];

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Moved(this, operands);

    /// <summary>How far the position in a whole moves along each axis of its windows.</summary>
    internal static int[] Walk(Shape whole, Axes strides, Axes dilations)
    {
        int[] own = whole.Strides();
        int[] moved = own[^strides.Count..];
        return [.. own[..^strides.Count], .. moved.Select((step, axis) => step * dilations[axis]), .. moved.Select((step, axis) => step * strides[axis])];
    }

    internal static void RequireAxes(string name, Shape shape, int moved, params ReadOnlySpan<Axes> perAxis)
    {
        foreach (Axes items in perAxis)
        {
            if (items.Count != moved || shape.Rank < moved)
            {
                throw new ShapeMismatchException(
                    $"{name}: windows over {moved} axes need as many numbers of each kind, and a tensor with as many axes; "
                        + $"{items} and shape {shape} do not fit.");
            }
        }
    }

    /// <summary>Throws unless the windows lie within axes of these sizes.</summary>
    internal void RequireInside(string name, Axes sizes)
    {
        for (int axis = 0; axis < sizes.Count; axis++)
        {
            (long k, long p, long s, long d) = (Kernel[axis], Positions[axis], Strides[axis], Dilations[axis]);
            if (k < 0 || p < 0 || s < 1 || d < 1 || (k > 0 && p > 0 && ((p - 1) * s) + ((k - 1) * d) >= sizes[axis]))
            {
                throw new ShapeMismatchException(
                    $"{name}: {p} windows of {k} elements, with stride {s} and dilation {d}, do not lie within an axis of size {sizes[axis]}.");
            }
        }
    }
}
