namespace Hyperdiff.Primitives;

/// <summary><c>y = ln Σ e^(xⱼ)</c> along an axis, which stays with size 1; <c>ẏ = Σ p ẋ</c> with <c>p = e^(x − y)</c>.</summary>
/// <param name="Axis">The axis that is summed over.</param>
internal sealed record LogSumExp(int Axis) : ExponentialShares(Axis)
{
    /// <inheritdoc/>
    protected override bool Reduces => true;

    /// <inheritdoc/>
    public override double Map(double x, double shift, double rest) => shift + Log1p.Instance.Map(rest);

    /// <inheritdoc/>
    public override Tensor Expand(ReadOnlySpan<Tensor> operands)
    {
        Tensor shift = Shift(operands[0], Axis);
        return Rest(operands[0] - shift, Axis).Log1p() + shift;
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        (new Softmax(Axis).Of(operands[0]) * tangents[0]!).Sum(Axis, keepAxis: true);
}
