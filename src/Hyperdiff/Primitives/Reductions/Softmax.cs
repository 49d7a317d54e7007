namespace Hyperdiff.Primitives;

/// <summary><c>pᵢ = e^(xᵢ) / Σ e^(xⱼ)</c> along an axis; <c>ṗ = p (ẋ − Σ p ẋ)</c>, with all digits also where one p is nearly 1.</summary>
/// <param name="Axis">The axis that is summed over.</param>
internal sealed record Softmax(int Axis) : ExponentialShares(Axis)
{
    /// <inheritdoc/>
    public override double Map(double x, double shift, double rest) => Math.Exp(x - shift) / (1 + rest);

    /// <inheritdoc/>
    public override Tensor Expand(ReadOnlySpan<Tensor> operands)
    {
        Tensor powers = (operands[0] - Shift(operands[0], Axis)).Exp();
        return powers / powers.Sum(Axis, keepAxis: true);
    }

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        new ShareDerivative(Axis, OfLogarithm: false).Of(operands[0], result, tangents[0]!);
}
