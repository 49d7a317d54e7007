using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>The solution X of <c>op(A) X = B</c> for square A, where op is the transpose or nothing, by LU with partial pivoting.</summary>
/// <remarks>
/// Linear in B, and the transpose solves with the other op. <c>op(A) Ẋ = Ḃ − op(Ȧ) X</c>: the derivative is a solve with the same matrix, which is factored
/// again, because pulling a cotangent back through the factors would cost more than that.
/// </remarks>
/// <param name="Transposed">Whether op transposes.</param>
internal sealed record MatrixSolve(bool Transposed = false) : SystemSolve(Transposed)
{
    /// <inheritdoc/>
    public override string Name => "Solve";

    private protected override void Compute(MatrixItem item)
    {
        double[] matrix = item.Operand(0).ToArray();
        int size = (int)Math.Sqrt(matrix.Length);
        item.RequireFinite(size);
        LuFactorization factors = LuFactorization.Of(matrix, size, item.Kernels);
        if (factors.SingularPivot is >= 0 and var k)
        {
            throw item.Singular(k, factors.Pivot(k));
        }

        Span<double> x = item.Result(0);
        item.Operand(1).CopyTo(x);
        int columns = size == 0 ? 0 : x.Length / size;
        if (Transposed)
        {
            factors.SolveTransposed(x, columns);
        }
        else
        {
            factors.Solve(x, columns);
        }
    }
}
