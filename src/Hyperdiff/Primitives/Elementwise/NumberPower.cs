using Hyperdiff.Graphs;

namespace Hyperdiff.Primitives;

/// <summary><c>y = xᵖ</c> for a number p, <c>y′ = p xᵖ⁻¹</c>. Whole powers hold at 0 and for negative x; <c>x⁰ = 1</c> everywhere, with derivative 0.</summary>
/// <param name="Exponent">p.</param>
internal sealed record NumberPower(double Exponent) : Unary
{
    /// <inheritdoc/>
    /// <remarks>In double precision: an exponent that is rounded to float32 costs as many digits as the logarithm of the result has.</remarks>
    public override T Map<T>(T x) => T.CreateTruncating(Math.Pow(double.CreateTruncating(x), Exponent));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => Exponent * x.Pow(Exponent - 1);

    /// <inheritdoc/>
    public override Tensor? TangentOf(ReadOnlySpan<Tensor> operands, Tensor result, ReadOnlySpan<Tensor?> tangents) =>
        Exponent == 0 ? null : base.TangentOf(operands, result, tangents);

    /// <inheritdoc/>
    public override KinkMask[] Kinks(ReadOnlySpan<Tensor> operands, ReadOnlySpan<Tensor> results) => Exponent is > 0 and < 2 && Exponent != Math.Round(Exponent)
        ? [KinkMask.At(Name, 0, operands[0].Equal(0))] : [];
}
