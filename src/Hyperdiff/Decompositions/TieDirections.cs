namespace Hyperdiff.Decompositions;

/// <summary>Numbers that tell equal values apart: within each group of values that are equal to half of the digits they differ by at least 1 and add up to 0; 0
/// for a value alone.</summary>
/// <remarks>
/// Along such a direction d the derivatives p of the gradient x of a symmetric function tell the second derivatives of a tie: <c>(pᵢ − pⱼ)/(dᵢ − dⱼ) = fᵢᵢ −
/// fᵢⱼ</c>, the limit of <c>(xᵢ − xⱼ)/(wᵢ − wⱼ)</c>, for all groups at once, since what other groups add cancels by symmetry. Piecewise constant: no
/// derivative.
/// </remarks>
/// <param name="Even">Whether the function is even in each value, as of singular values: those that are 0 to half of the digits are then a group with their
/// negatives, and count up from 1.</param>
internal sealed record TieDirections(bool Even) : MatrixPrimitive
{
    /// <inheritdoc/>
    private protected override int ItemRank => 1;

    /// <inheritdoc/>
    public override TensorType[] Infer(ReadOnlySpan<TensorType> operands) => [operands[0]];

    /// <inheritdoc/>
    public override Tensor?[] Tangent(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results, ReadOnlySpan<Tensor?> tangents) => [null];

    private protected override void Compute(MatrixItem<double> item)
    {
        double[] w = item.Operand(0).ToArray();
        Span<double> d = item.Result(0);
        double width = Ties.Width(w, item.Epsilon, 0.5);
        int[] order = [.. Enumerable.Range(0, w.Length).OrderBy(i => w[i])];
        for (int first = 0; first < w.Length;)
        {
            int end = first + 1;
            while (end < w.Length && w[order[end]] - w[order[end - 1]] <= width)
            {
                end++;
            }

            bool zero = Even && w[order[first]] <= width;
            for (int k = first; k < end; k++)
            {
                d[order[k]] = zero ? k - first + 1 : k - first - ((end - first - 1) / 2.0);
            }

            first = end;
        }
    }
}
