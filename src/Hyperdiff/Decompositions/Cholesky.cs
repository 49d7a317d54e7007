using System.Numerics;

namespace Hyperdiff.Decompositions;

/// <summary>The lower triangular L, with a positive diagonal, of <c>(A + Aᵀ)/2 = L Lᵀ</c>.</summary>
/// <remarks>
/// <c>L̇ = L Φ(L⁻¹ Ṡ L⁻ᵀ)</c> with <c>Ṡ = (Ȧ + Ȧᵀ)/2</c>, where Φ takes the lower triangle and half of the diagonal. Source: Murray (2016), "Differentiation of
/// the Cholesky decomposition", arXiv:1602.07527, equation (8).
/// </remarks>
internal sealed record Cholesky : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static Cholesky Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        RequireSquare(operands[0]);
        return [operands[0]];
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        // in a unit of L, on which nothing depends
        Tensor unit = Size(results[0]), l = results[0] / unit;
        var solve = new TriangularSolve(Lower: true);

        // L⁻¹ Ṡ L⁻ᵀ is symmetric, so that solving twice from the left, with a transposition between, is enough
        Tensor inner = solve.Apply(l, solve.Apply(l, SymmetricPart(tangents[0]! / unit))[0].Transpose())[0];
        return [l.MatMul((inner.Tril() + inner.Tril(-1)) / 2)];
    }

    private protected override bool BeginsWithZeros => false;

    private protected override bool IsLarge(TensorType matrix) => HasManyRows(matrix);

    private protected override bool TryCompute(MatrixItem<float> item) => Factor(item) < 0;

    private protected override void Compute(MatrixItem<double> item)
    {
        if (Factor(item) is >= 0 and var failed)
        {
            int size = (int)Math.Sqrt(item.Result(0).Length);
            item.RequireFinite(size);
            throw item.Failed(
                LinearAlgebraFailure.NotPositiveDefinite,
                failed,
                $"the symmetric part of the matrix is not positive definite to working precision: pivot {failed} of {size} is not positive beyond rounding; "
                + "add a ridge to the diagonal, or, for an indefinite matrix, use Linalg.Solve.");
        }
    }

    // the first pivot that is not positive beyond rounding, or not finite, which it is in a row that holds what is not; −1 if there is none
    private static int Factor<T>(MatrixItem<T> item)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> l = item.Result(0);
        int size = (int)Math.Sqrt(l.Length);
        item.Kernels.SymmetricPart(item.Operand(0), l, size);
        int failed = item.Kernels.FactorCholesky(l, size);
        failed = failed < 0 ? CholeskyFactorization.SingularPivot(l, item.Operand(0), size) : failed;
        if (failed < 0 && !MatrixItem<T>.PivotsAreInRange(l, size))
        {
            return 0;
        }

        for (int i = 0; i < size; i++)
        {
            l.Slice((i * size) + i + 1, size - i - 1).Clear();
        }

        return failed;
    }
}
