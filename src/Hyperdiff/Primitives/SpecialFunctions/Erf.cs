namespace Hyperdiff.Primitives;

/// <summary><c>y = erf x = 2/√π ∫₀ˣ e^(−t²) dt</c>, <c>y′ = 2/√π e^(−x²)</c>.</summary>
internal sealed record Erf : Unary
{
    /// <summary>The primitive.</summary>
    public static Erf Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(ErrorFunction.Erf(double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => ErrorFunction.SlopeAtZero * Primitives.Gaussian.Instance.Of(x);
}
