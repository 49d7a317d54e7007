using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>A last axis with 1 at the place that the <c>int32</c> operand names, 0 elsewhere. Without a derivative. A label outside the axis
/// throws.</summary>
/// <param name="Classes">The size of the new axis.</param>
/// <param name="Target">The element type of the result.</param>
internal sealed record OneHot(int Classes, DType Target) : Operation
{
    /// <inheritdoc/>
    internal override Primitive? Retyped(Retyping types) => this with { Target = types.Of(Target) };

    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands) => operands[0].DType == DType.Int32
        ? new TensorType(Target, new Shape([.. operands[0].Shape.Sizes, Classes]))
        : throw new DTypeMismatchException($"OneHot: labels are int32, not {operands[0]}; convert them: labels.To(DType.Int32).");

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        UniformStorage.Fill(result, 0);
        var one = new TensorType(Target, Shape.Scalar);
        Span<int> labels = operands[0].AsSpan<int>();
        for (int i = 0; i < labels.Length; i++)
        {
            Indexing.RequireInside(Name, labels[i], Classes);
            UniformStorage.Fill(new HostArray(one, result.Data, result.Offset + (i * Classes) + labels[i]), 1);
        }
    }

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;
}
