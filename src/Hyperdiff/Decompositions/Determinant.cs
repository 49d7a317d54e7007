namespace Hyperdiff.Decompositions;

/// <summary>det A, by LU with partial pivoting.</summary>
/// <remarks><c>d det A = Σᵢⱼ Cᵢⱼ Ȧᵢⱼ</c> with the cofactors C (Jacobi's formula); they and their derivatives exist at singular matrices as well.</remarks>
internal sealed record Determinant : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static Determinant Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        RequireSquare(operands[0]);
        return [After(operands[0], 2)];
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        [(Cofactors.Instance.Apply(operands[0])[0] * tangents[0]!).Sum([-2, -1])];

    private protected override void Compute(MatrixItem item)
    {
        double[] matrix = item.Operand(0).ToArray();
        int size = (int)Math.Sqrt(matrix.Length);
        item.RequireFinite(size);
        LuFactorization factors = LuFactorization.Of(matrix, size, item.Kernels);
        double product = factors.Sign;
        for (int k = 0; k < size; k++)
        {
            product *= factors.Pivot(k);
        }

        item.Result(0)[0] = product;
    }
}
