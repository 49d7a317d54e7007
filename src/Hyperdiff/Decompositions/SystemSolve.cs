using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.Decompositions;

/// <summary>The solution X of <c>op(A) X = B</c>, where op is the transpose or nothing: what solves with a matrix and with a triangle of it share.</summary>
/// <remarks>Linear in B, and the transpose solves with the other op. <c>op(A) Ẋ = Ḃ − op(Ȧ) X</c>.</remarks>
/// <param name="Transposed">Whether op transposes.</param>
internal abstract record SystemSolve(bool Transposed) : MatrixPrimitive
{
    /// <inheritdoc/>
    public sealed override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        int size = RequireSquare(operands[0]);
        (TensorType a, TensorType b) = (operands[0], operands[1]);
        if (a.DType != b.DType)
        {
            throw new DTypeMismatchException($"{Name}: {a} · X = {b}: element types differ; {Labelled.Conversion(a.DType, b.DType)}.");
        }

        return b.Shape.Rank == a.Shape.Rank && b.Shape[^2] == size && Leading(a.Shape, 2) == Leading(b.Shape, 2)
            ? [b]
            : throw new ShapeMismatchException(
                $"{Name}: {a.Shape} · X = {b.Shape}: the right-hand side needs {size} rows, and the leading axes of the matrix.");
    }

    /// <inheritdoc/>
    public sealed override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor? rightHandSide = tangents[1];
        if (tangents[0] is { } da)
        {
            Tensor change = Within(da);
            Tensor product = (Transposed ? change.Transpose() : change).MatMul(results[0]);
            rightHandSide = rightHandSide is null ? -product : rightHandSide - product;
        }

        return Apply([operands[0], rightHandSide!, .. operands[2..]]);
    }

    /// <inheritdoc/>
    public sealed override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) =>
        [null, (this with { Transposed = !Transposed }).Apply([operands[0].Value, cotangents[0]!, .. Factors(operands)])[0],
            .. new Tensor?[operands.Length - 2]];

    /// <summary>Each column of the solution depends on that column of the right-hand side alone, and on all of it.</summary>
    public sealed override LiveResult[] Live(ReadOnlySpan<LiveOperand> operands)
    {
        Tensor mask = operands[1].Mask!;
        Tensor live = mask.Any(-2, keepAxis: true).BroadcastTo(mask.Shape);
        return [new LiveResult(LiveMasks.Kept(Apply([.. operands.ToArray().Select(operand => operand.Tensor)])[0], live), live)];
    }

    private static IEnumerable<Tensor> Factors(ReadOnlySpan<Operand> operands) => operands[2..].ToArray().Select(operand => operand.Value);

    /// <summary>What of a change of A is a change of the system: all of it, unless only a part of A is read.</summary>
    private protected virtual Tensor Within(Tensor change) => change;
}
