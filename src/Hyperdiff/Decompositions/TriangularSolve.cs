using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>The solution X of <c>op(T) X = B</c>, where T is a triangle of A and op the transpose or nothing.</summary>
/// <remarks>Linear in B, and the transpose solves with the other op. <c>op(T) Ẋ = Ḃ − op(Ṫ) X</c>. What stands outside the triangle is neither read nor has
/// a derivative.</remarks>
/// <param name="Lower">Whether T is the lower triangle.</param>
/// <param name="Transposed">Whether op transposes.</param>
/// <param name="UnitDiagonal">Whether the diagonal of T is 1, whatever stands there.</param>
internal sealed record TriangularSolve(bool Lower, bool Transposed = false, bool UnitDiagonal = false) : MatrixPrimitive
{
    private TriangularForm Form => new(Lower, Transposed, UnitDiagonal);

    /// <inheritdoc/>
    public override string Name => "SolveTriangular";

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [InferSolution(operands)];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor? rightHandSide = tangents[1];
        if (tangents[0] is { } da)
        {
            int diagonal = UnitDiagonal ? 1 : 0;
            Tensor change = Lower ? da.Tril(-diagonal) : da.Triu(diagonal);
            Tensor product = (Transposed ? change.Transpose() : change).MatMul(results[0]);
            rightHandSide = rightHandSide is null ? -product : rightHandSide - product;
        }

        return Apply(operands[0], rightHandSide!);
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) =>
        [null, (this with { Transposed = !Transposed }).Apply(operands[0].Value, cotangents[0]!)[0]];

    /// <inheritdoc/>
    public override LiveResult[]? Live(ReadOnlySpan<LiveOperand> operands) => LiveColumns(operands);

    private protected override void Compute(MatrixItem item)
    {
        ReadOnlySpan<double> matrix = item.Operand(0);
        Span<double> x = item.Result(0);
        int size = (int)Math.Sqrt(matrix.Length);
        RequireUsable(item, matrix, size);
        item.Operand(1).CopyTo(x);
        item.Kernels.SolveTriangular(matrix, Form, x, size);
    }

    private void RequireUsable(MatrixItem item, ReadOnlySpan<double> matrix, int size)
    {
        for (int i = 0; i < size; i++)
        {
            int skipped = UnitDiagonal ? 1 : 0;
            int first = Lower ? 0 : i + skipped;
            int end = Lower ? i + 1 - skipped : size;
            for (int j = first; j < end; j++)
            {
                if (!double.IsFinite(matrix[(i * size) + j]))
                {
                    throw item.NonFinite(matrix[(i * size) + j], i, j);
                }
            }

            if (!UnitDiagonal && matrix[(i * size) + i] == 0)
            {
                throw item.Singular(i, 0);
            }
        }
    }
}
