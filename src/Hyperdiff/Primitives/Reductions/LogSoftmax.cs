namespace Hyperdiff.Primitives;

/// <summary><c>yᵢ = xᵢ − ln Σ e^(xⱼ)</c> along an axis; <c>ẏ = ẋ − Σ p ẋ</c> with <c>p = eʸ</c>, with all digits also where one p is nearly 1.</summary>
/// <param name="Axis">The axis that is summed over.</param>
internal sealed record LogSoftmax(int Axis) : ExponentialShares(Axis)
{
    /// <inheritdoc/>
    public override double Map(double x, double shift, double rest) => x - shift - Log1p.Instance.Map(rest);

    /// <inheritdoc/>
    public override Tensor Expand(ReadOnlySpan<Tensor> operands)
    {
        Tensor shifted = operands[0] - Shift(operands[0], Axis);
        return shifted - Rest(shifted, Axis).Log1p();
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        new ShareDerivative(Axis, OfLogarithm: true).Of(operands[0], new Softmax(Axis).Of(operands[0]), tangents[0]!);
}
