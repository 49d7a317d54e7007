namespace Hyperdiff.Primitives;

/// <summary>What the operations on masks share: truth values in, truth values out, no derivative.</summary>
internal abstract record Logic : Elementwise
{
    /// <inheritdoc/>
    public sealed override TensorType InferResult(ReadOnlySpan<TensorType> operands)
    {
        RequireSame(Name, operands);
        return operands[0].DType == DType.Bool
            ? operands[0]
            : throw new DTypeMismatchException($"{Name} works on masks, not on {operands[0]}; make a mask by a comparison: tensor > 0.");
    }

    /// <inheritdoc/>
    public sealed override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) => null;
}
