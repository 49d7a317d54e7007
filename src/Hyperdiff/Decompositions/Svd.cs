using System.Numerics;
using System.Numerics.Tensors;

namespace Hyperdiff.Decompositions;

/// <summary>A = U diag(σ) Vᵀ, reduced: U <c>[m, k]</c> and V <c>[n, k]</c> with orthonormal columns, σ <c>[k]</c> descending, k = min(m, n). Results: U, σ,
/// Vᵀ.</summary>
/// <remarks>
/// With <c>P = Uᵀ Ȧ V</c> and <c>Gᵢⱼ = 1/(σⱼ² − σᵢ²)</c> beside the diagonal: <c>σ̇ = diag P</c>, <c>U̇ = U (G∘(P Σ + Σ Pᵀ)) + (I − U Uᵀ) Ȧ V Σ⁻¹</c>, <c>V̇ =
/// V (G∘(Σ P + Pᵀ Σ)) + (I − V Vᵀ) Ȧᵀ U Σ⁻¹</c>. As for eigenvalues, a vector has derivatives where its σ differs from all others (and, unless m = n, from 0),
/// the values alone wherever σ > 0, and <c>U diag(f(σ)) Vᵀ</c> by <see cref="SingularMatrix"/>. The element of largest magnitude is positive in the vectors of
/// the longer side, U if m ≥ n. Source: Townsend (2016), "Differentiating the singular value decomposition", equations (20), (22) and (24).
/// </remarks>
internal sealed record Svd : MatrixPrimitive
{
    private static readonly GapQuotients s_turning = new("Svd", "singular values") { IsOfOneSet = true };
    private static readonly GapQuotients s_fromZero = new("Svd", "singular values");

    /// <summary>The primitive.</summary>
    public static Svd Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands)
    {
        RequireMatrix(operands[0]);
        (int m, int n) = (operands[0].Shape[^2], operands[0].Shape[^1]);
        int k = Math.Min(m, n);
        return [After(operands[0], 2, m, k), After(operands[0], 2, k), After(operands[0], 2, k, n)];
    }

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor u, Tensor s, Tensor vt, Tensor da) = (results[0], results[1], results[2], tangents[0]!);
        (int m, int n, int k) = (u.Shape[^2], vt.Shape[^1], s.Shape[^1]);
        Tensor v = vt.Transpose();
        Tensor rows = u.Transpose().MatMul(da);
        Tensor columns = da.MatMul(v);
        Tensor p = rows.MatMul(v);

        // G Σ = F ∘ σⱼ/(σᵢ + σⱼ) with F of the differences, a share, so that no square of σ is formed
        Tensor both = s.Unsqueeze(-1) + s.Unsqueeze(-2);
        Tensor share = s.Unsqueeze(-2) / Tensor.Where(both.Equals(0, string.Empty), 1, both);
        Tensor du = u.MatMul(s_turning.Apply(s, s, (p * share) + (p * share).Transpose())[0]);
        Tensor dv = v.MatMul(s_turning.Apply(s, s, (p.Transpose() * share) + (p.Transpose() * share).Transpose())[0]);

        // 0 counts as one more singular value unless the matrix is square: its vectors are the orthogonal complement, and its gaps are σ
        if (m != n)
        {
            Tensor zeros = Tensor.Zeros([.. s.Shape.Sizes[..^1], Math.Max(m, n)], s.DType);
            Tensor outside = s_fromZero.Apply(zeros, s, m > n ? columns - u.MatMul(p) : rows.Transpose() - v.MatMul(p.Transpose()))[0];
            (du, dv) = m > n ? (du + outside, dv) : (du, dv + outside);
        }

        return [du, SingularTangent.Instance.Apply(operands[0], u, s, vt, da)[0], dv.Transpose()];
    }

    private protected override bool BeginsWithZeros => false;

    private protected override bool IsLarge(TensorType matrix) => HasManyRows(matrix);

    private protected override bool TryCompute(MatrixItem<float> item) => item.IsInRange() && Iterate(item);

    private protected override void Compute(MatrixItem<double> item)
    {
        int k = item.Result(1).Length;
        if (k == 0)
        {
            return;
        }

        item.RequireFinite(item.Result(2).Length / k);
        if (!Iterate(item))
        {
            throw item.Unconverged("singular values");
        }
    }

    private static bool Iterate<T>(MatrixItem<T> item)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool converged = item.Kernels.Svd(item.Operand(0), item.Result(0), item.Result(1), item.Result(2));
        if (converged)
        {
            int k = item.Result(1).Length;
            Orient(item.Result(0), item.Result(2), item.Result(0).Length / k, k);
        }

        return converged;
    }

    private static void Orient<T>(Span<T> u, Span<T> vt, int m, int k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = vt.Length / k;
        var column = new T[m];
        for (int j = 0; j < k; j++)
        {
            for (int i = 0; i < m; i++)
            {
                column[i] = u[(i * k) + j];
            }

            Span<T> row = vt.Slice(j * n, n);
            if (Orientation.IsTurned<T>(m >= n ? column : row))
            {
                TensorPrimitives.Negate(row, row);
                for (int i = 0; i < m; i++)
                {
                    u[(i * k) + j] = -column[i];
                }
            }
        }
    }
}
