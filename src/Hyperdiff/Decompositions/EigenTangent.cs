using System.Numerics.Tensors;
using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>The tangents of eigenvalues and eigenvectors: <c>ẇ = diag M</c>, <c>V̇ = V (F∘M)</c> with <c>M = Vᵀ (S + Sᵀ)/2 V</c> and <c>Fᵢⱼ = 1/(wⱼ − wᵢ)</c>.
/// Operands: A, w, V, and S, in which it is linear.</summary>
/// <remarks>
/// Of eigenvalues that are equal to rounding the tangents of the vectors are NaN, each in its column: that vector has none, and the others, which a function
/// may use, have one. <c>Transpose</c>: <c>V diag(w̄) Vᵀ + V Q Vᵀ</c> with Q of <see cref="RotationPullback"/>. Source: Giles (2008), "Collected matrix
/// derivative results for forward and reverse mode algorithmic differentiation", doi:10.1007/978-3-540-68942-3_4, §3.1.
/// </remarks>
internal sealed record EigenTangent : MatrixPrimitive
{
    // the vectors of the tangent divide by the differences once, their derivative twice
    private static readonly ReciprocalGaps s_gaps = new("Eigh", "eigenvalues") { Order = 2 };

    /// <summary>The primitive.</summary>
    public static EigenTangent Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [operands[1], operands[2]];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor a, Tensor w, Tensor v, Tensor s) = (operands[0], operands[1], operands[2], SymmetricPart(operands[3]));
        Tensor?[] sum = tangents[3] is { } ds ? [.. Apply(a, w, v, ds)] : new Tensor?[2];
        if (tangents[1] is { } dw)
        {
            Tensor gaps = s_gaps.Apply(w)[0];
            sum[1] = Add(sum[1], v.MatMul(gaps * (gaps * (dw.Unsqueeze(-1) - dw.Unsqueeze(-2))) * v.Transpose().MatMul(s).MatMul(v)));
        }

        if (tangents[2] is { } dv)
        {
            Tensor gaps = s_gaps.Apply(w)[0];
            Tensor half = dv.Transpose().MatMul(s).MatMul(v);
            Tensor dm = half + half.Transpose();
            sum[0] = Add(sum[0], dm.Diagonal());
            sum[1] = Add(sum[1], dv.MatMul(gaps * v.Transpose().MatMul(s).MatMul(v)) + v.MatMul(gaps * dm));
        }

        return sum;
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands)
    {
        (Tensor a, Tensor w, Tensor v) = (operands[0].Value, operands[1].Value, operands[2].Value);
        Tensor? cotangent = cotangents[0] is { } values ? SpectralMatrix.Instance.Apply(a, w, v, values)[0] : null;
        if (cotangents[1] is { } vectors)
        {
            Tensor turned = RotationPullback.Instance.Apply(w, v.Transpose().MatMul(vectors))[0];
            cotangent = Add(cotangent, v.MatMul(turned).MatMul(v.Transpose()));
        }

        return [null, null, null, cotangent];
    }

    private protected override void Compute(MatrixItem<double> item)
    {
        ReadOnlySpan<double> w = item.Operand(1);
        ReadOnlySpan<double> v = item.Operand(2);
        int n = w.Length;
        double[] m = Products.InBasis(v, item.Operand(3), v, n, n, n);
        double width = Ties.Width(w, item.Epsilon, Ties.FirstQuotient);
        for (int i = 0; i < n; i++)
        {
            item.Result(0)[i] = m[(i * n) + i];
            m[(i * n) + i] = 0;
            for (int j = 0; j < i; j++)
            {
                double gap = w[i] - w[j];
                double element = (m[(i * n) + j] + m[(j * n) + i]) / 2;
                m[(j * n) + i] = Math.Abs(gap) > width ? element / gap : double.NaN;
                m[(i * n) + j] = -m[(j * n) + i];
            }
        }

        Span<double> dv = item.Result(1);
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < n; k++)
            {
                Span<double> row = dv.Slice(i * n, n);
                TensorPrimitives.MultiplyAdd(m.AsSpan(k * n, n), v[(i * n) + k], row, row);
            }
        }
    }

    private static Tensor Add(Tensor? sum, Tensor term) => sum is null ? term : sum + term;
}
