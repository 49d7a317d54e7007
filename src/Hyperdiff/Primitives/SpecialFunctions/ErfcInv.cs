namespace Hyperdiff.Primitives;

/// <summary>The inverse of erfc: <c>erfc y = x</c>, <c>y′ = −√π/2 e^(y²)</c>.</summary>
internal sealed record ErfcInv : Unary
{
    /// <summary>The primitive.</summary>
    public static ErfcInv Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(InverseErrorFunction.ErfcInv(double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => (-1 / ErrorFunction.SlopeAtZero) * y.Square().Exp();
}
