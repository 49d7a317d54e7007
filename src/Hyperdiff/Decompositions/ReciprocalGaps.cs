namespace Hyperdiff.Decompositions;

/// <summary><c>Fᵢⱼ = 1/(wⱼ − wᵢ)</c> beside the diagonal, and 0 on it: how strongly vectors turn into each other when a matrix changes.</summary>
/// <remarks>
/// <c>Ḟᵢⱼ = Fᵢⱼ² (ẇᵢ − ẇⱼ)</c>. Two numbers that differ by no more than their rounding, n ε max|w|, throw: the vectors that belong to them can be any basis of a plane, so that
/// there is no derivative, and any number put in its place would be wrong for somebody.
/// </remarks>
/// <param name="Function">Whose derivative needs them, for the message.</param>
/// <param name="Of">What the numbers are, for the message.</param>
public sealed record ReciprocalGaps(string Function, string Of) : MatrixPrimitive
{
    /// <inheritdoc/>
    public override string Name => $"Derivative of {Function}";

    /// <inheritdoc/>
    private protected override int ItemRank => 1;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [After(operands[0], 1, operands[0].Shape[^1], operands[0].Shape[^1])];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) =>
        [results[0].Square() * (tangents[0]!.Unsqueeze(-1) - tangents[0]!.Unsqueeze(-2))];

    private protected override void Compute(MatrixItem item)
    {
        ReadOnlySpan<double> w = item.Operand(0);
        double largest = 0;
        foreach (double value in w)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        double rounding = w.Length * DType.Float64.Epsilon() * largest;
        Span<double> f = item.Result(0);
        for (int i = 0; i < w.Length; i++)
        {
            for (int j = 0; j < w.Length; j++)
            {
                double gap = w[j] - w[i];
                if (i != j && !(Math.Abs(gap) > rounding))
                {
                    throw item.Failed(LinearAlgebraFailure.Degenerate, j, FormattableString.Invariant(
                        $"{Of} {i} and {j} are equal to rounding ({w[i]:G6}), so that their vectors have no derivative; use a function of the values alone, or one without a decomposition (Linalg.Solve, Linalg.LogDeterminant)."));
                }

                f[(i * w.Length) + j] = i == j ? 0 : 1 / gap;
            }
        }
    }
}
