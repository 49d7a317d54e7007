namespace Hyperdiff.Decompositions;

/// <summary><c>Dᵢⱼ = (xᵢ − xⱼ)/(wᵢ − wⱼ)</c> beside the diagonal, and 0 on it, for the gradient x of a symmetric function of w; at ties, its limit. Operands:
/// w, x, d, p.</summary>
/// <remarks>
/// <para>
/// The quotient loses the digits that x and w share. The limit, <c>(pᵢ − pⱼ)/(dᵢ − dⱼ)</c> with the derivative p of x along d (<see cref="TieDirections"/>), is
/// off by a multiple of wᵢ − wⱼ. Taken is the limit where values are equal to half of the digits and it explains the difference of x to rounding; otherwise the
/// quotient, unless the values are a tie: there x is not symmetric, D does not exist, and that throws. A limit that is not known is NaN in p.
/// </para>
/// <para><c>Ḋ = (ẋᵢ − ẋⱼ − D (ẇᵢ − ẇⱼ))/(wᵢ − wⱼ)</c>, which throws where this loses two thirds of the digits: third derivatives exist away from ties
/// only.</para>
/// </remarks>
/// <param name="Function">Whose derivative needs them, for the message.</param>
/// <param name="Of">What the values are, for the message.</param>
internal sealed record DividedDifferences(string Function, string Of) : MatrixPrimitive
{
    /// <inheritdoc/>
    public override string Name => $"Derivative of {Function}";

    /// <inheritdoc/>
    private protected override int ItemRank => 1;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [After(operands[0], 1, operands[0].Shape[^1], operands[0].Shape[^1])];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents)
    {
        Tensor? change = tangents[1] is { } dx ? Differences(dx) : null;
        if (tangents[0] is { } dw)
        {
            Tensor turned = results[0] * Differences(dw);
            change = change is null ? -turned : change - turned;
        }

        return [change is null ? null : change * new ReciprocalGaps(Function, Of) { Power = Ties.SecondQuotient }.Apply(operands[0])[0]];
    }

    private protected override void Compute(MatrixItem<double> item)
    {
        ReadOnlySpan<double> w = item.Operand(0);
        ReadOnlySpan<double> x = item.Operand(1);
        ReadOnlySpan<double> d = item.Operand(2);
        ReadOnlySpan<double> p = item.Operand(3);
        Span<double> result = item.Result(0);
        double close = Ties.Width(w, item.Epsilon, 0.5);
        double tied = Ties.Width(w, item.Epsilon, Ties.FirstQuotient);
        for (int i = 0; i < w.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (double gap, double difference) = (w[i] - w[j], x[i] - x[j]);
                double limit = d[i] == d[j] ? double.NaN : (p[i] - p[j]) / (d[i] - d[j]);

                // x is computed from w with errors of its own
                double rounding = 8 * w.Length * item.Epsilon * (Math.Abs(x[i]) + Math.Abs(x[j]));
                bool explained = Math.Abs(gap) <= close && Math.Abs(difference - (limit * gap)) <= rounding;
                if (!explained && !(Math.Abs(gap) > tied))
                {
                    throw Ties.Tied(item, Of, (j, i), (w[j], gap));
                }

                result[(i * w.Length) + j] = result[(j * w.Length) + i] = explained ? limit : difference / gap;
            }
        }
    }

    private static Tensor Differences(Tensor vector) => vector.Unsqueeze(-2) - vector.Unsqueeze(-1);
}
