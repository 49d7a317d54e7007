using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>The tangent of singular values, <c>σ̇ = diag(Uᵀ S V)</c>. Operands: A, U, σ, Vᵀ, and S, in which it is linear; the transpose is
/// <see cref="SingularMatrix"/>.</summary>
internal sealed record SingularTangent : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static SingularTangent Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [operands[2]];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor u, Tensor vt, Tensor s) = (operands[1], operands[3], operands[4]);
        Tensor? sum = tangents[4] is { } ds ? Apply(operands[0], u, operands[2], vt, ds)[0] : null;
        if (tangents[1] is { } du && tangents[3] is { } dvt)
        {
            Tensor turned = (du.Transpose().MatMul(s) * vt).Sum(-1) + (u.Transpose().MatMul(s) * dvt).Sum(-1);
            sum = sum is null ? turned : sum + turned;
        }

        return [sum];
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) =>
        [null, null, null, null, SingularMatrix.Instance.Apply(operands[0].Value, operands[1].Value, operands[2].Value, operands[3].Value, cotangents[0]!)[0]];

    private protected override void Compute(MatrixItem<double> item)
    {
        int k = item.Result(0).Length;
        if (k == 0)
        {
            return;
        }

        (int m, int n) = (item.Operand(1).Length / k, item.Operand(3).Length / k);
        var v = new double[n * k];
        HouseholderQr.Transposed<double>(item.Operand(3), k, n, v);
        double[] p = Products.InBasis(item.Operand(1), item.Operand(4), v, m, n, k);
        for (int i = 0; i < k; i++)
        {
            item.Result(0)[i] = p[(i * k) + i];
        }
    }
}
