namespace Hyperdiff.Primitives;

/// <summary><c>y = sinh x</c>, <c>y′ = cosh x</c>.</summary>
internal sealed record Sinh : Unary
{
    /// <summary>The primitive.</summary>
    public static Sinh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Sinh(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => x.Cosh();
}

/// <summary><c>y = cosh x</c>, <c>y′ = sinh x</c>.</summary>
internal sealed record Cosh : Unary
{
    /// <summary>The primitive.</summary>
    public static Cosh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Cosh(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => x.Sinh();
}

/// <summary><c>y = tanh x</c>, <c>y′ = sech² x</c>.</summary>
internal sealed record Tanh : Unary
{
    /// <summary>The primitive.</summary>
    public static Tanh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Tanh(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => SechSquared.Instance.Of(x);
}

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

/// <summary><c>y = arsinh x</c>, <c>y′ = 1/√(1 + x²)</c>, of any size.</summary>
internal sealed record Asinh : Unary
{
    /// <summary>The primitive.</summary>
    public static Asinh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Asinh(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 / x.Hypot(Tensor.OnesLike(x));
}

/// <summary><c>y = arcosh x</c>, <c>y′ = 1/√((x − 1)(x + 1)): infinite at 1</c>.</summary>
internal sealed record Acosh : Unary
{
    /// <summary>The primitive.</summary>
    public static Acosh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Acosh(x);

    // divided twice, since the derivative of a product of roots is 0 · ∞ at ∞
    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 / (x - 1).Sqrt() / (x + 1).Sqrt();
}

/// <summary><c>y = artanh x</c>, <c>y′ = 1/((1 − x)(1 + x)): infinite at ±1</c>.</summary>
internal sealed record Atanh : Unary
{
    /// <summary>The primitive.</summary>
    public static Atanh Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Atanh(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 / OneMinusSquare.Instance.Of(x);
}

/// <summary><c>y = 1 − x² = (1 − x)(1 + x)</c>, accurate near ±1; <c>y′ = −2x</c>, which the difference of the derivatives of both factors has no digits of
/// near 0.</summary>
internal sealed record OneMinusSquare : Unary
{
    /// <summary>The primitive.</summary>
    public static OneMinusSquare Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => (T.One - x) * (T.One + x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => -2 * x;
}
