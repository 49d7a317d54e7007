namespace Hyperdiff.Primitives;

/// <summary>The inverse of erf: <c>erf y = x</c>, <c>y′ = √π/2 e^(y²)</c>.</summary>
internal sealed record ErfInv : Unary
{
    /// <summary>The primitive.</summary>
    public static ErfInv Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(InverseErrorFunction.ErfInv(double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => (1 / ErrorFunction.SlopeAtZero) * y.Square().Exp();
}
