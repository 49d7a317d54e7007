using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary>A product of two operands that adds up terms: bilinear in the first and the last operand, what stands between says where the terms are.</summary>
internal abstract record Contraction : Operation
{
    /// <summary>The transpose in one of the two: a contraction of the cotangent with the other, and whether the cotangent comes first.</summary>
    /// <param name="ofLeft">Whether it is the transpose in the first operand.</param>
    /// <param name="operands">The types of the operands.</param>
    public abstract (Contraction Contraction, bool CotangentFirst) Adjoint(bool ofLeft, ReadOnlySpan<TensorType> operands);

    /// <summary>The operands of a batch, as the contraction takes them; masks may follow.</summary>
    internal abstract Tensor[] OfBatch(ReadOnlySpan<BatchOperand> operands, int size);

    /// <inheritdoc/>
    public sealed override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor? left = tangents[0] is { } da ? Of([da, .. operands[1..]]) : null;
        Tensor? right = tangents[^1] is { } db ? Of([.. operands[..^1], db]) : null;
        return left is null ? right : right is null ? left : left + right;
    }

    /// <inheritdoc/>
    public sealed override Tensor?[] TransposeOf(Tensor cotangent, ReadOnlySpan<Operand> operands)
    {
        bool ofLeft = operands[0].IsLinear;
        var types = new TensorType[operands.Length];
        var known = new Tensor[operands.Length - 2];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = operands[i].Type;
            if (i > 0 && i <= known.Length)
            {
                known[i - 1] = operands[i].Value;
            }
        }

        (Contraction adjoint, bool first) = Adjoint(ofLeft, types);
        Tensor other = operands[ofLeft ? ^1 : 0].Value;
        var cotangents = new Tensor?[operands.Length];
        cotangents[ofLeft ? 0 : ^1] = adjoint.Of(first ? [cotangent, .. known, other] : [other, .. known, cotangent]);
        return cotangents;
    }

    /// <summary>Terms of elements that are not live are left out.</summary>
    public sealed override LiveResult? LiveOf(ReadOnlySpan<LiveOperand> operands)
    {
        Tensor[] tensors = LiveMasks.Tensors(operands);
        return new LiveResult(MaskedContraction.Of(this, tensors, operands[0].Mask, operands[^1].Mask), Live(tensors, operands[0].Mask, operands[^1].Mask));
    }

    /// <summary>Where one of the terms is live; null where all are.</summary>
    internal virtual Tensor? Live(ReadOnlySpan<Tensor> operands, Tensor? left, Tensor? right)
    {
        if (left is null && right is null)
        {
            return null;
        }

        Tensor a = left?.To(operands[0].DType) ?? Tensor.OnesLike(operands[0]);
        Tensor b = right?.To(operands[0].DType) ?? Tensor.OnesLike(operands[^1]);
        return Of([a, .. operands[1..^1], b]) > 0;
    }
}
