using System.Numerics;
using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>
/// Windows put back where they were seen, overlapping ones added up: <c>[…, kernel …, position …]</c> gives <c>[…, size …]</c>, along each of these axes
/// element <c>p·stride + k·dilation</c> is the sum of all <c>operand[k, p]</c>. Linear; its transpose is <see cref="Windows"/>.
/// </summary>
/// <remarks>Elements that no window saw are 0. The definition adds in double precision ("col2im").</remarks>
/// <param name="Sizes">The sizes of the axes that the windows moved along.</param>
/// <param name="Strides">The distances between neighboring places, at least 1.</param>
/// <param name="Dilations">The distances between neighboring elements of a window, at least 1.</param>
internal sealed record OverlapAdd(Axes Sizes, Axes Strides, Axes Dilations) : Operation
{
    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        Elementwise.RequireFloating(Name, operands[0]);
        Shape shape = operands[0].Shape;
        int moved = Sizes.Count;
        Windows.RequireAxes(Name, shape, moved, Sizes, Strides, Dilations);
        (Axes kernel, Axes positions) = Split(shape);
        new Windows(kernel, positions, Strides, Dilations).RequireInside(Name, Sizes);
        return operands[0] with { Shape = new Shape([.. shape.Sizes[..^(2 * moved)], .. Sizes.Items]) };
    }

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        if (result.Type.DType == DType.Float32)
        {
            Run<float>(operands[0], result);
        }
        else
        {
            Run<double>(operands[0], result);
        }
    }

    /// <inheritdoc/>
    public override double? FoldUniform(ReadOnlySpan<TensorType> types, ReadOnlySpan<double> scalars) => scalars[0] == 0 ? 0 : null;

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => Of(tangents[0]!);

    /// <inheritdoc/>
    public override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands)
    {
        (Axes kernel, Axes positions) = Split(operands[0].Type.Shape);
        return [new Windows(kernel, positions, Strides, Dilations).Of(cotangent)];
    }

    /// <inheritdoc/>
    public override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands) => LiveMasks.Added(this, operands);

    private (Axes Kernel, Axes Positions) Split(Shape windows)
    {
        int moved = Sizes.Count;
        return windows.Rank >= 2 * moved
            ? (new Axes(windows.Sizes.AsSpan()[^(2 * moved)..^moved]), new Axes(windows.Sizes.AsSpan()[^moved..]))
            : throw new ShapeMismatchException(
                $"OverlapAdd: shape {windows} does not have the {2 * moved} axes of kernel and positions that windows over {moved} axes have.");
    }

    private void Run<T>(HostArray operand, HostArray result)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> x = operand.AsSpan<T>();
        Span<T> y = result.AsSpan<T>();

        // the element of the result that each element of the operand is added to, found as the windows of its numbers
        HostArray numbers = new(new TensorType(DType.Int32, result.Type.Shape), Enumerable.Range(0, y.Length).ToArray());
        HostArray targets = HostArray.Allocate(new TensorType(DType.Int32, operand.Type.Shape));
        Strided.Gather(numbers, Windows.Walk(result.Type.Shape, Strides, Dilations), start: 0, targets);
        var sums = new double[y.Length];
        for (int i = 0; i < x.Length; i++)
        {
            sums[targets.AsSpan<int>()[i]] += double.CreateTruncating(x[i]);
        }

        for (int i = 0; i < y.Length; i++)
        {
            y[i] = T.CreateTruncating(sums[i]);
        }
    }
}
