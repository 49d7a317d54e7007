namespace Hyperdiff.Decompositions;

/// <summary><c>Fᵢⱼ = 1/(wⱼ − wᵢ)</c> beside the diagonal, and 0 on it: how strongly vectors turn into each other when a matrix changes.</summary>
/// <remarks>
/// <c>Ḟᵢⱼ = Fᵢⱼ² (ẇᵢ − ẇⱼ)</c>. Two numbers that are a tie (see <see cref="Power"/>) throw: the vectors that belong to them can be any basis of a plane, so
/// that there is no derivative, and any number put there instead would be wrong for somebody.
/// </remarks>
/// <param name="Function">Whose derivative needs them, for the message.</param>
/// <param name="Of">What the numbers are, for the message.</param>
internal sealed record ReciprocalGaps(string Function, string Of) : MatrixPrimitive
{
    /// <inheritdoc/>
    public override string Name => $"Derivative of {Function}";

    /// <summary>Numbers that differ by no more than n ε^Power max|w| are a tie: by default, where less than a quarter of the digits of a quotient would be
    /// right.</summary>
    public double Power { get; init; } = Ties.FirstQuotient;

    /// <summary>Of which order the derivative is that divides by the differences: what counts as a tie is wider for higher ones.</summary>
    public int Order { get; init; } = 1;

    /// <inheritdoc/>
    private protected override int ItemRank => 1;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [After(operands[0], 1, operands[0].Shape[^1], operands[0].Shape[^1])];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor gaps = (this with { Order = Order + 1 }).Apply(operands[0])[0];
        return [gaps * (gaps * (tangents[0]!.Unsqueeze(-1) - tangents[0]!.Unsqueeze(-2)))];
    }

    private protected override void Compute(MatrixItem<double> item)
    {
        ReadOnlySpan<double> w = item.Operand(0);
        double width = Math.Max(Ties.Width(w, item.Epsilon, Power), Ties.WidthOfOrder(w, item.Epsilon, Order));
        Span<double> f = item.Result(0);
        for (int i = 0; i < w.Length; i++)
        {
            for (int j = 0; j < w.Length; j++)
            {
                double gap = w[j] - w[i];
                if (i != j && !(Math.Abs(gap) > width))
                {
                    throw Ties.Tied(item, Of, (i, j), (w[i], gap));
                }

                f[(i * w.Length) + j] = i == j ? 0 : 1 / gap;
            }
        }
    }
}
