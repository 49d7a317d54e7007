namespace Hyperdiff.Decompositions;

/// <summary>The sign of det A, which is piecewise constant, and ln|det A|, by LU with partial pivoting.</summary>
/// <remarks><c>d ln|det A| = tr(A⁻¹ Ȧ)</c>. At a singular matrix the results are exact, 0 and −∞; there is no derivative then, and asking for one
/// throws.</remarks>
internal sealed record LogDeterminant : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static LogDeterminant Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        RequireSquare(operands[0]);
        TensorType scalar = After(operands[0], 2);
        return [scalar, scalar];
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        [null, new MatrixSolve().Apply(operands[0], tangents[0]!)[0].Diagonal().Sum(-1)];

    private protected override void Compute(MatrixItem item)
    {
        double[] matrix = item.Operand(0).ToArray();
        int size = (int)Math.Sqrt(matrix.Length);
        item.RequireFinite(size);
        LuFactorization factors = LuFactorization.Of(matrix, size, item.Kernels);
        item.Result(0)[0] = factors.DeterminantSign;
        for (int k = 0; k < size; k++)
        {
            item.Result(1)[0] += Math.Log(Math.Abs(factors.Pivot(k)));
        }
    }
}
