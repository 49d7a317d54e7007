using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary>What the turning of eigenvectors passes back to a matrix: <c>Qᵢⱼ = (Kᵢⱼ − Kⱼᵢ)/(2(wⱼ − wᵢ))</c> beside the diagonal, and 0 on it, with <c>K = Vᵀ
/// V̄</c>.</summary>
/// <remarks>
/// <para>
/// The transpose of <c>M → M/(wⱼ − wᵢ)</c> on symmetric matrices. Divided is what turns, <c>K − Kᵀ</c>: in a plane of equal eigenvalues the vectors can turn
/// freely, and a function that has a derivative does not feel it. There Q is 0 if nothing of the two vectors is used, K = 0 exactly, and a simple eigenvector
/// beside ties has its derivative. <c>K = Kᵀ</c> is not enough: it may be so at this point only; and of <c>Σ g(wᵢ) vᵢvᵢᵀ</c>, where it always is, the
/// derivative has g′ in the plane, which stands in neither cotangent. That throws, unless it is recognized as a whole (<see cref="SpectralMatrix"/>).
/// </para>
/// <para><c>Q̇</c> is the same of <c>K̇ − Q∘(ẇⱼ − ẇᵢ)</c>.</para>
/// </remarks>
internal sealed record RotationPullback : MatrixPrimitive
{
    /// <summary>The primitive.</summary>
    public static RotationPullback Instance { get; } = new();

    /// <summary>Of which order the derivative is that divides by the differences: what counts as a tie is wider for higher ones.</summary>
    public int Order { get; init; } = 1;

    /// <inheritdoc/>
    public override string Name => "Derivative of Eigh";

    /// <inheritdoc/>
    private protected override int ItemRank => 1;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [operands[1]];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor? change = tangents[0] is { } dw ? results[0] * (dw.Unsqueeze(-1) - dw.Unsqueeze(-2)) : null;
        Tensor turning = (tangents[1], change) switch
        {
            ({ } dk, null) => dk,
            (null, { } divided) => divided,
            ({ } dk, { } divided) => dk + divided,
            _ => Tensor.ZerosLike(operands[1]),
        };
        return (change is null ? this : this with { Order = Order + 1 }).Apply(operands[0], turning);
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) =>
        [null, new ReciprocalGaps("Eigh", "eigenvalues") { Order = Order }.Apply(operands[0].Value)[0] * SymmetricPart(cotangents[0]!)];

    private protected override void Compute(MatrixItem<double> item)
    {
        ReadOnlySpan<double> w = item.Operand(0);
        ReadOnlySpan<double> k = item.Operand(1);
        Span<double> q = item.Result(0);
        double width = Ties.WidthOfOrder(w, item.Epsilon, Order);
        for (int i = 0; i < w.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (double above, double below) = (k[(j * w.Length) + i], k[(i * w.Length) + j]);
                double gap = w[i] - w[j];
                double quotient = 0;
                if (Math.Abs(gap) > width)
                {
                    quotient = (above - below) / (2 * gap);
                }
                else if (!(above == 0 && below == 0))
                {
                    throw Ties.Tied(item, "eigenvalues", (j, i), (w[j], gap));
                }

                q[(i * w.Length) + j] = q[(j * w.Length) + i] = quotient;
            }
        }
    }
}
