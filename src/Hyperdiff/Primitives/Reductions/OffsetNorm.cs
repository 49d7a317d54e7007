using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>y = √(Σx² + c²)</c> over some axes, without overflow or underflow of the squares; <c>ẏ = Σ (x/y) ẋ</c>, smooth also where all x are 0.</summary>
/// <param name="Reduced">The axes that disappear.</param>
/// <param name="Offset">c > 0, in the unit of x.</param>
internal sealed record OffsetNorm(Axes Reduced, double Offset) : Composite
{
    private EuclideanNorm Norm => new(Reduced);

    /// <inheritdoc/>
    public override TensorType InferResult(ReadOnlySpan<TensorType> operands) => Norm.InferResult(operands);

    /// <inheritdoc/>
    public override void Evaluate(ReadOnlySpan<HostArray> operands, HostArray result)
    {
        HostArray offset = HostArray.Allocate(result.Type), norm = HostArray.Allocate(result.Type);
        UniformStorage.Fill(offset, Offset);
        Norm.Evaluate(operands, norm);
        Hypot.Instance.Evaluate([norm, offset], result);
    }

    /// <inheritdoc/>
    public override Tensor Expand(ReadOnlySpan<Tensor> operands)
    {
        Tensor norm = Norm.Of(operands);
        return norm.Hypot(Tensor.Full(norm.Shape, Offset, norm.DType));
    }

    /// <inheritdoc/>
    public override Tensor BatchOf(ReadOnlySpan<BatchOperand> operands, int size) => (this with { Reduced = Batches.Shifted(Reduced) }).Of(operands[0].Tensor);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        Shape shape = operands[0].Shape;
        return new Sum(Reduced).Of(tangents[0]! * (operands[0] / result.Reshape(Norm.Kept(shape)).BroadcastTo(shape)));
    }
}
