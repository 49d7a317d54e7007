using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>The solution X of <c>op(T) X = B</c>, where T is a triangle of A and op the transpose or nothing.</summary>
/// <remarks>Linear in B, and the transpose solves with the other op. <c>op(T) Ẋ = Ḃ − op(Ṫ) X</c>. What stands outside the triangle is neither read nor has
/// a derivative.</remarks>
/// <param name="Lower">Whether T is the lower triangle.</param>
/// <param name="Transposed">Whether op transposes.</param>
/// <param name="UnitDiagonal">Whether the diagonal of T is 1, whatever stands there.</param>
internal sealed record TriangularSolve(bool Lower, bool Transposed = false, bool UnitDiagonal = false) : SystemSolve(Transposed)
{
    private TriangularForm Form => new(Lower, Transposed, UnitDiagonal);

    /// <inheritdoc/>
    public override string Name => "SolveTriangular";

    private protected override Tensor Within(Tensor change)
    {
        int diagonal = UnitDiagonal ? 1 : 0;
        return Lower ? change.Tril(-diagonal) : change.Triu(diagonal);
    }

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
