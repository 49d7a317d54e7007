namespace Hyperdiff.Primitives;

/// <summary><c>y = 1/cosh² x = 4e/(1 + e)²</c> with <c>e = e^(−2|x|)</c>, the slope of tanh; <c>y′ = −2 y tanh x</c>. All digits hold in the tails, where 1 −
/// tanh² x has none left.</summary>
/// <remarks>The slope of the logistic function is a quarter of it, <c>σ′(x) = σ(x) σ(−x) = sech²(x/2)/4</c>.</remarks>
internal sealed record SechSquared : Unary
{
    /// <summary>The primitive.</summary>
    public static SechSquared Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x)
    {
        T magnitude = T.Abs(x), e = T.Exp(-(magnitude + magnitude)), sum = T.One + e, two = T.One + T.One;
        return two * two * e / (sum * sum);
    }

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => -2 * y * x.Tanh();
}
