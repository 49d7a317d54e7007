namespace Hyperdiff.Primitives;

/// <summary>A function of one element whose derivative is 0 wherever it has one; at the jumps it is taken as 0 too. Its tangent is structurally zero.</summary>
internal abstract record PiecewiseConstant : Unary
{
    /// <inheritdoc/>
    public sealed override Tensor Derivative(Tensor x, Tensor y) => Tensor.ZerosLike(x);

    /// <inheritdoc/>
    public sealed override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;
}
