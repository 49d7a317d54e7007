namespace Hyperdiff.Primitives;

/// <summary>The inverses of erf and erfc in double precision, to 4 units in the last place.</summary>
/// <remarks>
/// Both are the quantile of the normal distribution, of which three quotients of polynomials of degree 7 hold all: one for the middle, two for the tails in
/// terms of <c>√(−ln p)</c>. Source: Wichura (1988), "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37(3), 477–484,
/// routine PPND16. The distance from the middle and the probability of the tail are found from x without cancellation.
/// </remarks>
internal static class InverseErrorFunction
{
    public const double MiddleEnd = 0.425;
    public const double MiddleSquare = 0.180625;
    public const double NearTailStart = 1.6;
    public const double FarTailStart = 5;

    private static readonly double s_sqrtHalf = Math.Sqrt(0.5);

    public static ReadOnlySpan<double> Middle =>
    [
        3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
        45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
    ];

    public static ReadOnlySpan<double> UnderMiddle =>
    [
        1, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077,
        21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610,
    ];

    public static ReadOnlySpan<double> NearTail =>
    [
        1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504,
        1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.74545014278341407640e-4,
    ];

    public static ReadOnlySpan<double> UnderNearTail =>
    [
        1, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550,
        0.148103976427480074590, 0.0151986665636164571966, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ];

    public static ReadOnlySpan<double> FarTail =>
    [
        6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230,
        0.0265321895265761230930, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ];

    public static ReadOnlySpan<double> UnderFarTail =>
    [
        1, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525,
        7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ];

    /// <summary>y with erf y = x: ±∞ at ±1, NaN beyond.</summary>
    public static double ErfInv(double x) => Math.Abs(x / 2) <= MiddleEnd ? Central(x / 2) : Math.CopySign(Tail((1 - Math.Abs(x)) / 2), x);

    /// <summary>y with erfc y = x: ∞ at 0, −∞ at 2, NaN beyond.</summary>
    public static double ErfcInv(double x)
    {
        double distance = (1 - x) / 2;
        return Math.Abs(distance) <= MiddleEnd ? Central(distance) : x < 1 ? Tail(x / 2) : -Tail((2 - x) / 2);
    }

    // distance = p − 1/2 of the probability p below the quantile
    private static double Central(double distance)
    {
        double r = MiddleSquare - (distance * distance);
        return s_sqrtHalf * distance * Polynomial(Middle, r) / Polynomial(UnderMiddle, r);
    }

    // the quantile above which the probability is p; NaN for p < 0 by the logarithm
    private static double Tail(double p)
    {
        if (p == 0)
        {
            return double.PositiveInfinity;
        }

        double r = Math.Sqrt(-Math.Log(p));
        return s_sqrtHalf * (r <= FarTailStart
            ? Polynomial(NearTail, r - NearTailStart) / Polynomial(UnderNearTail, r - NearTailStart)
            : Polynomial(FarTail, r - FarTailStart) / Polynomial(UnderFarTail, r - FarTailStart));
    }

    private static double Polynomial(ReadOnlySpan<double> coefficients, double x)
    {
        double sum = 0;
        for (int i = coefficients.Length - 1; i >= 0; i--)
        {
            sum = (sum * x) + coefficients[i];
        }

        return sum;
    }
}

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
