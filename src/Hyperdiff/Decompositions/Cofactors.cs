using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>The cofactors of A: <c>Cᵢⱼ = ∂ det A / ∂Aᵢⱼ</c>, which is <c>det A · A⁻ᵀ</c> where A is regular.</summary>
/// <remarks>
/// From the singular values: <c>A = U diag(σ) Vᵀ</c> gives <c>C = det U det V · U diag(Πⱼ≠ᵢ σⱼ) Vᵀ</c>, which needs no inverse: C has rank 1 where A has rank n − 1, and is 0 below.
/// <c>Ċ = (Σ C∘Ȧ) A⁻ᵀ − C Ȧᵀ A⁻ᵀ</c> needs one: second derivatives of a determinant throw at a singular matrix.
/// </remarks>
public sealed record Cofactors : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static Cofactors Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        RequireSquare(operands[0]);
        return [operands[0]];
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor a, Tensor c, Tensor da) = (operands[0], results[0], tangents[0]!);
        Tensor trace = (c * da).Sum([-2, -1]).Unsqueeze(-1).BroadcastTo(new Shape(a.Shape.Sizes.AsSpan()[..^1])).DiagonalMatrix();

        // X A⁻ᵀ = (A⁻¹ Xᵀ)ᵀ
        return [new MatrixSolve().Apply(a, trace - da.MatMul(c.Transpose()))[0].Transpose()];
    }

    private protected override void Compute(MatrixItem item)
    {
        ReadOnlySpan<double> matrix = item.Operand(0);
        int size = (int)Math.Sqrt(matrix.Length);
        item.RequireFinite(size);
        (double[] u, double[] s, double[] vt) = item.Kernels.Svd(matrix, size, size) ?? throw item.Unconverged("singular values");
        double sign = LuFactorization.Of([.. u], size, item.Kernels).DeterminantSign * LuFactorization.Of([.. vt], size, item.Kernels).DeterminantSign;
        Span<double> c = item.Result(0);
        for (int k = 0; k < size; k++)
        {
            double others = sign;
            for (int j = 0; j < size; j++)
            {
                others *= j == k ? 1 : s[j];
            }

            for (int i = 0; i < size; i++)
            {
                Span<double> row = c.Slice(i * size, size);
                TensorPrimitives.MultiplyAdd(vt.AsSpan(k * size, size), others * u[(i * size) + k], row, row);
            }
        }
    }
}
