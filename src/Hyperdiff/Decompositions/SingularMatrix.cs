using System.Numerics.Tensors;
using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>
/// <c>X = U diag(x) Vᵀ</c> with the singular vectors of A: the gradient of a function of singular values, where x is its gradient in them. Operands: A, its U,
/// σ, Vᵀ, and x, in which it is linear.
/// </summary>
/// <remarks>
/// As <see cref="SpectralMatrix"/> for the eigenvalues σ, −σ and, unless A is square, 0 of <c>[[0, A], [Aᵀ, 0]]</c>, of whose gradient <c>x, −x, 0</c> the
/// <see cref="DividedDifferences"/> are taken: with <c>P = Uᵀ Ȧ V</c>, <c>D⁻ᵢⱼ = (xᵢ − xⱼ)/(σᵢ − σⱼ)</c>, <c>D⁺ᵢⱼ = (xᵢ + xⱼ)/(σᵢ + σⱼ)</c> and <c>r = x/σ</c>:
/// <c>Ẋ = U (diag(ẋ) + D⁻∘(P + Pᵀ)/2 + D⁺∘(P − Pᵀ)/2) Vᵀ + (I − U Uᵀ) Ȧ V diag(r) Vᵀ + U diag(r) Uᵀ Ȧ (I − V Vᵀ)</c>. Source: Lewis and Sendov (2005),
/// "Nonsmooth analysis of singular values, part II", §7, where the function of the larger matrix is the same.
/// </remarks>
internal sealed record SingularMatrix : MatrixPrimitive
{
    private static readonly DividedDifferences s_differences = new("Svd", "singular values");

    /// <summary>The primitive.</summary>
    public static SingularMatrix Instance { get; } = new();

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [operands[0]];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        (Tensor a, Tensor u, Tensor s, Tensor vt, Tensor x) = (operands[0], operands[1], operands[2], operands[3], operands[4]);
        Tensor? change = tangents[4] is { } dx ? Apply(a, u, s, vt, dx)[0] : null;
        if (tangents[0] is not { } da)
        {
            return [change];
        }

        (int m, int n, int k) = (u.Shape[^2], vt.Shape[^1], s.Shape[^1]);
        Tensor direction = new TieDirections(Even: true).Apply(s)[0];
        Tensor Doubled(Tensor half)
        {
            var added = new int[half.Rank];
            added[^1] = m == n ? 0 : 1;
            return Tensor.Concat(-1, half, -half).Pad(new int[half.Rank], added);
        }

        Tensor differences = s_differences.Apply(Doubled(s), Doubled(x), Doubled(direction), Doubled(SlopeAlongTies.Of(x, s, direction)))[0];
        Tensor minus = differences.Slice(-2, 0, k).Slice(-1, 0, k);
        Tensor plus = differences.Slice(-2, 0, k).Slice(-1, k, 2 * k);
        Tensor columns = da.MatMul(vt.Transpose());
        Tensor p = u.Transpose().MatMul(columns);
        Tensor turned = u.MatMul(((minus * (p + p.Transpose())) + (plus * (p - p.Transpose()))) / 2).MatMul(vt);
        if (m != n)
        {
            Tensor ratio = differences.Slice(-2, 2 * k, (2 * k) + 1).Slice(-1, 0, k);
            turned += m > n
                ? ((columns - u.MatMul(p)) * ratio).MatMul(vt)
                : (u * ratio).MatMul(u.Transpose().MatMul(da) - p.MatMul(vt));
        }

        return [change is null ? turned : change + turned];
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) =>
        [null, null, null, null, (operands[1].Value.Transpose().MatMul(cotangents[0]!) * operands[3].Value).Sum(-1)];

    private protected override void Compute(MatrixItem<double> item)
    {
        ReadOnlySpan<double> u = item.Operand(1);
        ReadOnlySpan<double> vt = item.Operand(3);
        ReadOnlySpan<double> x = item.Operand(4);
        int k = x.Length;
        if (k == 0)
        {
            return;
        }

        int n = vt.Length / k;
        for (int i = 0; i < u.Length / k; i++)
        {
            Span<double> row = item.Result(0).Slice(i * n, n);
            for (int j = 0; j < k; j++)
            {
                TensorPrimitives.MultiplyAdd(vt.Slice(j * n, n), u[(i * k) + j] * x[j], row, row);
            }
        }
    }
}
