namespace Hyperdiff.Primitives;

/// <summary><c>y = eˣ</c>, <c>y′ = y</c>.</summary>
internal sealed record Exp : Unary
{
    /// <summary>The primitive.</summary>
    public static Exp Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.Exp(x);

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => y;
}

/// <summary><c>y = eˣ − 1</c>, accurate near 0; <c>y′ = eˣ</c>.</summary>
internal sealed record Expm1 : Unary
{
    /// <summary>The primitive.</summary>
    public static Expm1 Instance { get; } = new();

    /// <inheritdoc/>
    /// <remarks>
    /// Subtracting 1 from eˣ loses the digits of a small x, and the framework's ExpM1 does just that; <c>2 e^(x/2) sinh(x/2)</c> subtracts nothing.
    /// Far from 0 the plain form is accurate, and holds at ±∞ as well.
    /// </remarks>
    public override T Map<T>(T x)
    {
        if (T.Abs(x) > T.One)
        {
            return T.Exp(x) - T.One;
        }

        // halves of the smallest numbers are 0, and x²/2 is below the rounding of x well before
        if (T.Abs(x) < T.BitIncrement(T.One) - T.One)
        {
            return x;
        }

        T two = T.One + T.One;
        return two * T.Exp(x / two) * T.Sinh(x / two);
    }

    // y + 1 would lose the digits of eˣ for negative x
    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => x.Exp();
}
