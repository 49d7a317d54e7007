namespace Hyperdiff.Primitives;

/// <summary><c>y = log₁₀ x</c>, <c>y′ = 1/(x ln 10)</c>.</summary>
internal sealed record Log10 : Unary
{
    /// <summary>The primitive.</summary>
    public static Log10 Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Log10(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => (1 / Math.Log(10)) / x;
}
