using System.Numerics;

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

    private protected override bool BeginsWithZeros => false;

    private protected override bool IsLarge(TensorType matrix) => HasManyRows(matrix);

    private protected override bool TryCompute(MatrixItem<float> item)
    {
        int size = (int)Math.Sqrt(item.Operand(0).Length);
        if (Unusable(item.Operand(0), size) is not null || !(UnitDiagonal || MatrixItem<float>.PivotsAreInRange(item.Operand(0), size)))
        {
            return false;
        }

        Solve(item, size);
        return Finiteness.IsOf<float>(item.Result(0));
    }

    private protected override void Compute(MatrixItem<double> item)
    {
        ReadOnlySpan<double> matrix = item.Operand(0);
        int size = (int)Math.Sqrt(matrix.Length);
        if (Unusable(matrix, size) is (int row, int column))
        {
            throw double.IsFinite(matrix[(row * size) + column]) ? item.Singular(row, 0) : item.NonFinite(matrix[(row * size) + column], row, column);
        }

        Solve(item, size);
    }

    private void Solve<T>(MatrixItem<T> item, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        item.Operand(1).CopyTo(item.Result(0));
        item.Kernels.SolveTriangular(item.Operand(0), Form, item.Result(0), size);
    }

    // the first element of the triangle that is not finite, or a 0 on the diagonal
    private (int Row, int Column)? Unusable<T>(ReadOnlySpan<T> matrix, int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int skipped = UnitDiagonal ? 1 : 0;
        for (int i = 0; i < size; i++)
        {
            int first = Lower ? 0 : i + skipped, end = Lower ? i + 1 - skipped : size;
            ReadOnlySpan<T> row = matrix[((i * size) + Math.Min(first, end))..((i * size) + end)];
            if (!Finiteness.IsOf(row))
            {
                int j = 0;
                while (T.IsFinite(row[j]))
                {
                    j++;
                }

                return (i, first + j);
            }

            if (!UnitDiagonal && matrix[(i * size) + i] == T.Zero)
            {
                return (i, i);
            }
        }

        return null;
    }
}
