using Hyperdiff.Graphs;

namespace Hyperdiff.Decompositions;

/// <summary><c>Qᵢⱼ = Mᵢⱼ/(cⱼ − rᵢ)</c>, the turning of singular vectors when a matrix changes. Operands: r, c, and M, in which it is linear.</summary>
/// <remarks>
/// Between values that are a tie there is no quotient: forwards it is NaN, so that a vector within a tie has no derivative and one beside it has one;
/// backwards it is 0 where nothing of the two vectors is used, M = 0 exactly, and throws otherwise, as <see cref="RotationPullback"/> does. <c>Q̇</c> is the
/// same of <c>Ṁ − Q∘(ċⱼ − ṙᵢ)</c>.
/// </remarks>
/// <param name="Function">Whose derivative needs them, for the message.</param>
/// <param name="Of">What the values are, for the message.</param>
internal sealed record GapQuotients(string Function, string Of) : MatrixPrimitive
{
    /// <summary>Whether r and c are the same values, between which and themselves nothing turns: Q is 0 on the diagonal.</summary>
    public bool IsOfOneSet { get; init; }

    /// <summary>Whether this is the way back.</summary>
    public bool IsPullback { get; init; }

    /// <summary>Of which order the derivative is that divides by the differences: what counts as a tie is wider for higher ones.</summary>
    public int Order { get; init; } = 1;

    /// <inheritdoc/>
    public override string Name => $"Derivative of {Function}";

    /// <inheritdoc/>
    private protected override int ItemRank => 1;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [operands[2]];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor change = tangents[2] ?? Tensor.ZerosLike(operands[2]);
        change = tangents[0] is { } dr ? change + (results[0] * dr.Unsqueeze(-1)) : change;
        change = tangents[1] is { } dc ? change - (results[0] * dc.Unsqueeze(-2)) : change;
        int order = tangents[0] is null && tangents[1] is null ? Order : Order + 1;
        return (this with { Order = order }).Apply(operands[0], operands[1], change);
    }

    /// <inheritdoc/>
    public override Tensor?[] Transpose(ReadOnlySpan<Tensor?> cotangents, ReadOnlySpan<Operand> operands) =>
        [null, null, (this with { IsPullback = true }).Apply(operands[0].Value, operands[1].Value, cotangents[0]!)[0]];

    private protected override void Compute(MatrixItem<double> item)
    {
        ReadOnlySpan<double> r = item.Operand(0);
        ReadOnlySpan<double> c = item.Operand(1);
        ReadOnlySpan<double> m = item.Operand(2);
        Span<double> q = item.Result(0);
        double width = Math.Max(Ties.WidthOfOrder(r, item.Epsilon, Order), Ties.WidthOfOrder(c, item.Epsilon, Order));
        for (int i = 0; i < r.Length; i++)
        {
            for (int j = 0; j < c.Length; j++)
            {
                int k = (i * c.Length) + j;
                double gap = c[j] - r[i];
                if (IsOfOneSet && i == j)
                {
                    q[k] = 0;
                }
                else if (Math.Abs(gap) > width)
                {
                    q[k] = m[k] / gap;
                }
                else if (!IsPullback)
                {
                    q[k] = double.NaN;
                }
                else if (m[k] != 0)
                {
                    throw Ties.Tied(item, Of, (IsOfOneSet ? i : c.Length, j), (IsOfOneSet ? c[j] : r[i], gap));
                }
            }
        }
    }
}
