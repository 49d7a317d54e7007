namespace Hyperdiff.Primitives;

/// <summary>The error function in double precision, to a few units in the last place.</summary>
internal static class ErrorFunction
{
    /// <summary>2/√π, the derivative of erf at 0.</summary>
    public const double SlopeAtZero = 1.1283791670955126;

    /// <summary>Below this, erf is its Taylor series, which then loses less than a digit to alternating signs.</summary>
    private const double SeriesEnd = 0.5;

    /// <summary>Maps [0, ∞) to (0, 1] by t = c/(c + x); this c gives the shortest expansion.</summary>
    internal const double Scale = 4;

    internal const double RootOfTwo = 1.4142135623730951;

    /// <summary>
    /// Chebyshev coefficients of <c>e^(x²) erfc(x) / t</c> in <c>2t − 1</c> on [−1, 1], the first one halved: interpolated at 60 Chebyshev points with 40
    /// digits. The first one left out is below 10⁻¹⁷.
    /// </summary>
    internal static ReadOnlySpan<double> ScaledComplement =>
    [
        0.40802446954913149054, 0.37635823567636743359, 0.14758035457222361932,
        0.049571317930027586287, 0.01422710755711717399, 0.0034434932627175241283,
        0.00068225418328380806198, 0.00010340451975756188148, 9.7285459519901499994e-6,
        -1.1988713758412044212e-7, -2.1747767703449564315e-7, -3.0291767735991390946e-8,
        9.4799175652045492467e-10, 8.6334116949909558715e-10, 6.8721564259534024379e-11,
        -1.7034898438296275927e-11, -3.3921306868290886496e-12, 2.6158087668540244876e-13,
        1.2127675803108640048e-13, -2.1146895432448091582e-15, -4.1173409334041783673e-15,
        -6.3287127217007086791e-17, 1.4393110983449847319e-16,
    ];

    public static double Erf(double x) => Math.Abs(x) < SeriesEnd ? Series(x) : Math.CopySign(1 - Complement(Math.Abs(x)), x);

    public static double Erfc(double x) => x < -SeriesEnd ? 2 - Complement(-x) : x < SeriesEnd ? 1 - Series(x) : Complement(x);

    // 2/√π Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1))
    private static double Series(double x)
    {
        // the sum would lose the sign of −0
        if (x == 0)
        {
            return x;
        }

        double power = x;
        double sum = x;
        double previous = double.NaN;
        for (int n = 1; sum != previous; n++)
        {
            previous = sum;
            power *= -x * x / n;
            sum += power / ((2 * n) + 1);
        }

        return SlopeAtZero * sum;
    }

    /// <summary>e^(−x²). The square is split, x² = high + low exactly: its rounding alone would cost as many digits as x² has.</summary>
    public static double Gaussian(double x)
    {
        double high = x * x;
        double low = double.IsInfinity(high) ? 0 : Math.FusedMultiplyAdd(x, x, -high);
        return Math.Exp(-high) * (1 - low);
    }

    /// <summary>e^(x²/2) (1 − Φ(x)) for x ≥ 0, with the distribution function Φ of the normal distribution.</summary>
    public static double NormalShare(double x) => double.IsNaN(x) ? x : 0.5 * ScaledErfc(RootOfTwo * Scale / ((RootOfTwo * Scale) + x));

    /// <summary>y e^(−x²/2), multiplied by the root of it twice, so that nothing is subnormal that the result is not. The square is split, as for
    /// <see cref="Gaussian"/>.</summary>
    public static double TimesNormal(double y, double x)
    {
        double high = x * x, low = Math.FusedMultiplyAdd(x, x, -high), root = Math.Exp(-0.25 * high);
        return y * (1 - (0.5 * low)) * root * root;
    }

    // erfc x for x ≥ 0
    private static double Complement(double x) => double.IsNaN(x) ? x : Gaussian(x) * ScaledErfc(Scale / (Scale + x));

    // e^(x²) erfc x in terms of t, for x ≥ 0
    private static double ScaledErfc(double t) => t * Chebyshev((2 * t) - 1);

    // Clenshaw's recurrence
    private static double Chebyshev(double s)
    {
        double next = 0;
        double current = 0;
        for (int i = ScaledComplement.Length - 1; i > 0; i--)
        {
            (next, current) = (current, (2 * s * current) - next + ScaledComplement[i]);
        }

        return (s * current) - next + ScaledComplement[0];
    }
}

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

/// <summary><c>y = 1 − erf x, accurate where erf x is near 1</c>, <c>y′ = −2/√π e^(−x²)</c>.</summary>
internal sealed record Erfc : Unary
{
    /// <summary>The primitive.</summary>
    public static Erfc Instance { get; } = new();

    /// <inheritdoc/>
    public override T Map<T>(T x) => T.CreateTruncating(ErrorFunction.Erfc(double.CreateTruncating(x)));

    /// <inheritdoc/>
    public override Tensor Derivative(Tensor x, Tensor y) => -ErrorFunction.SlopeAtZero * Primitives.Gaussian.Instance.Of(x);
}
