namespace Hyperdiff.Primitives;

/// <summary><c>y = ln x</c>, <c>y′ = 1/x</c>.</summary>
internal sealed record Log : Unary
{
    /// <summary>The primitive.</summary>
    public static Log Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Log(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 / x;
}

/// <summary><c>y = log₂ x</c>, <c>y′ = 1/(x ln 2)</c>.</summary>
internal sealed record Log2 : Unary
{
    /// <summary>The primitive.</summary>
    public static Log2 Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Log2(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => (1 / Math.Log(2)) / x;
}

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

/// <summary><c>y = ln(1 + x)</c>, accurate near 0; <c>y′ = 1/(1 + x)</c>.</summary>
internal sealed record Log1p : Unary
{
    /// <summary>The primitive.</summary>
    public static Log1p Instance { get; } = new();

    /// <inheritdoc/>
    /// <remarks>
    /// Rounding 1 + x loses the digits of a small x, and the framework's LogP1 does just that. From <c>(1 + x) = (1 + t)/(1 − t)</c> follows <c>ln(1 + x) = 2
    /// atanh t</c> with <c>t = x/(2 + x)</c>, which has no such step. Far from 0 the plain form is accurate, and holds at ∞ as well.
    /// </remarks>
    public override T Map<T>(T x)
    {
        T two = T.One + T.One;
        return x > T.One || x < -T.One / two ? T.Log(T.One + x) : two * T.Atanh(x / (two + x));
    }

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => 1 / (1 + x);
}
