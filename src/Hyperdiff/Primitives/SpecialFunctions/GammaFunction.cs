namespace Hyperdiff.Primitives;

/// <summary>The logarithm of the gamma function and its derivatives in double precision.</summary>
/// <remarks>
/// For large x by the asymptotic series; smaller x are raised by the recurrence first. Source: Abramowitz and Stegun (1964), Handbook of Mathematical
/// Functions, 6.1.17, 6.1.40, 6.3.7, 6.3.18, 6.4.6, 6.4.11. The error is a few 10⁻¹⁵, absolute where the function is near 0, relative elsewhere.
/// </remarks>
internal static class GammaFunction
{
    /// <summary>From here on, for order 0, the series below is accurate to the last digit.</summary>
    private const double Large = 12;

    /// <summary>Below this size 1 + x is 1.</summary>
    private const double NoDigits = 1e-17;

    /// <summary>How many steps negative arguments of higher derivatives are raised by; beyond that the result is NaN.</summary>
    private const int LongestRise = 10_000;

    /// <summary>The Bernoulli numbers B₂, B₄, ….</summary>
    private static readonly double[] s_bernoulli =
        [1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510, 43867.0 / 798, -174611.0 / 330];

    public static double LogGamma(double x)
    {
        if (double.IsPositiveInfinity(x))
        {
            return x;
        }

        // Γ(x) = 1/x up to rounding, and the sine of a subnormal number has no digits
        if (Math.Abs(x) < NoDigits)
        {
            return -Math.Log(Math.Abs(x));
        }

        if (x < 0.5)
        {
            double sine = Math.Abs(double.SinPi(x));
            return sine == 0 ? double.PositiveInfinity : Math.Log(Math.PI / sine) - LogGamma(1 - x);
        }

        double product = 1;
        for (; x < Large; x++)
        {
            product *= x;
        }

        double sum = ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) - Math.Log(product);
        double power = x;
        for (int k = 1; k <= s_bernoulli.Length; k++)
        {
            sum += s_bernoulli[k - 1] / (2 * k * ((2 * k) - 1) * power);
            power *= x * x;
        }

        return sum;
    }

    /// <summary>ψ⁽ⁿ⁾(x). At the poles 0, −1, −2, … it is ∞ for odd n; for even n it is infinite at 0, from the side of its sign, and NaN at the
    /// others.</summary>
    public static double Polygamma(int order, double x)
    {
        if (x <= 0 && x == Math.Floor(x))
        {
            return order % 2 != 0 ? double.PositiveInfinity : x == 0 ? -1 / x : double.NaN;
        }

        return order == 0 && x < 0 ? Polygamma(0, 1 - x) - (Math.PI / double.TanPi(x)) : Raised(order, x);
    }

    // ψ⁽ⁿ⁾(x) = ψ⁽ⁿ⁾(x + 1) − (−1)ⁿ n! / xⁿ⁺¹
    private static double Raised(int order, double x)
    {
        if (x < -LongestRise || double.IsNaN(x))
        {
            return double.NaN;
        }

        double factorial = 1;
        for (int k = 2; k <= order; k++)
        {
            factorial *= k;
        }

        double sign = order % 2 == 0 ? 1 : -1;
        double sum = 0;
        for (; x < Large + order; x++)
        {
            sum -= sign * factorial / Math.Pow(x, order + 1);
        }

        return sum + Asymptotic(order, factorial, x);
    }

    // ln x − 1/(2x) − Σ B₂ₖ / (2k x²ᵏ) for n = 0, and its derivatives:
    // −(−1)ⁿ [(n−1)!/xⁿ + n!/(2xⁿ⁺¹) + Σ B₂ₖ (2k+n−1)!/((2k)! x²ᵏ⁺ⁿ)] for n ≥ 1
    private static double Asymptotic(int order, double factorial, double x)
    {
        double power = Math.Pow(x, order);
        double sum = (order == 0 ? -Math.Log(x) : factorial / order / power) + (factorial / (2 * power * x));

        // (2k+n−1)!/(2k)! from that of k − 1; for k = 0 it is (n−1)!
        double ratio = order == 0 ? 0 : factorial / order;
        for (int k = 1; k <= s_bernoulli.Length; k++)
        {
            int twoK = 2 * k;
            ratio = order == 0 ? 1.0 / twoK : ratio * (twoK + order - 2) * (twoK + order - 1) / ((twoK - 1) * twoK);
            power *= x * x;
            sum += s_bernoulli[k - 1] * ratio / power;
        }

        return order % 2 == 0 ? -sum : sum;
    }
}

/// <summary><c>y = ln |Γ(x)|</c>, <c>y′ = ψ(x), the digamma function</c>.</summary>
internal sealed record LogGamma : Unary
{
    /// <summary>The primitive.</summary>
    public static LogGamma Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(GammaFunction.LogGamma(double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => x.Digamma();
}

/// <summary><c>y = ψ⁽ⁿ⁾(x)</c>, the derivative of order n of the digamma function <c>ψ = (ln Γ)′</c>; its own derivative is that of order n + 1.</summary>
/// <param name="Order">The order n, at least 0.</param>
internal sealed record Polygamma(int Order) : Unary
{
    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(GammaFunction.Polygamma(Order, double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => new Polygamma(Order + 1).Of(x);
}
