using System.Numerics;

namespace Hyperdiff.Tests.Backends.Cpu.Kernels;

/// <summary>Elementary functions of doubles in whole numbers of 2^−<see cref="Bits"/>: the reference for errors in units in the last place. Slow.</summary>
/// <remarks>So many bits hold every double, hold the smallest results with digits to spare, and reduce the largest angles exactly. Truncation costs one of the
/// last bits an operation.</remarks>
internal static class ExactFunctions
{
    public const int Bits = 1300;

    private static readonly BigInteger s_one = BigInteger.One << Bits;
    private static readonly BigInteger s_ln2 = 2 * InverseTangent(s_one / 3, hyperbolic: true);

    /// <summary>π, by Machin's formula.</summary>
    public static BigInteger Pi { get; } = 4 * ((4 * InverseTangent(s_one / 5)) - InverseTangent(s_one / 239));

    /// <summary>The number itself.</summary>
    public static BigInteger Of(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x), fraction = bits & ((1L << 52) - 1);
        int exponent = (int)((bits >> 52) & 2047);
        BigInteger magnitude = (exponent == 0 ? fraction : fraction | (1L << 52)) * BigInteger.One << (Math.Max(exponent, 1) - 1075 + Bits);
        return x < 0 ? -magnitude : magnitude;
    }

    public static BigInteger Sin(double x) => Sine(Of(x));

    public static BigInteger Cos(double x) => Sine(Of(x) + (Pi / 2));

    public static BigInteger Tan(double x) => Quotient(Sin(x), Cos(x));

    public static BigInteger Atan(double x) => Arc(Of(x));

    public static BigInteger Asin(double x) => Math.Abs(x) == 1 ? Math.Sign(x) * Pi / 2 : Arc(Quotient(Of(x), Root(s_one - Product(Of(x), Of(x)))));

    public static BigInteger Acos(double x) => x == -1 ? Pi : 2 * Arc(Root(Quotient(s_one - Of(x), s_one + Of(x))));

    public static BigInteger Sinh(double x) => Math.Abs(x) < 1 ? Series(Of(x), Of(x), n => 2 * n * ((2 * n) + 1)) : (Exp(Of(x)) - Exp(-Of(x))) / 2;

    public static BigInteger Cosh(double x) => (Exp(Of(x)) + Exp(-Of(x))) / 2;

    public static BigInteger Tanh(double x) => Quotient(Sinh(x), Cosh(x));

    public static BigInteger Exp(double x) => Exp(Of(x));

    public static BigInteger Expm1(double x) => Exp(Of(x)) - s_one;

    /// <summary>1/(1 + e⁻ˣ); beyond 1000 it is 1 in all these digits.</summary>
    public static BigInteger Sigmoid(double x) => x > 1000 ? s_one : Quotient(s_one, s_one + Exp(-Of(x)));

    public static BigInteger Silu(double x) => Product(Of(x), Sigmoid(x));

    public static BigInteger SiluSlope(double x) => Product(Sigmoid(x), s_one + Product(Of(x), s_one - Sigmoid(x)));

    public static BigInteger Gelu(double x) => Product(Of(x), Normal(x));

    public static BigInteger GeluSlope(double x) =>
        x > 14 ? s_one : Normal(x) + Product(Of(x), Quotient(Exp(-Product(Of(x), Of(x)) / 2), Root(Product(2 * s_one, Pi))));

    /// <summary>The distribution function of the normal distribution, up to where it is 1 in far more digits than a double has.</summary>
    public static BigInteger Normal(double x) => x > 14 ? s_one : (s_one + Erf(Product(Of(x), Root(s_one / 2)))) / 2;

    public static BigInteger Gaussian(double x) => Exp(-Product(Of(x), Of(x)));

    public static BigInteger Erfc(double x) => s_one - Erf(x);

    /// <summary>2/√π Σ (−1)ⁿ x²ⁿ⁺¹/(n! (2n + 1)); beyond 14 it is ±1 in far more digits than a double has.</summary>
    public static BigInteger Erf(double x)
    {
        if (Math.Abs(x) > 14)
        {
            return Math.Sign(x) * s_one;
        }

        return Erf(Of(x));
    }

    private static BigInteger Erf(BigInteger x)
    {
        BigInteger square = Product(x, x), power = x, sum = power;
        for (int n = 1; !power.IsZero; n++)
        {
            power = -Product(power, square) / n;
            sum += power / ((2 * n) + 1);
        }

        return Quotient(2 * sum, Root(Pi));
    }

    /// <summary>ln x for x above 0.</summary>
    public static BigInteger Log(double x) => Log(Of(x));

    public static BigInteger Log1p(double x) => Log(s_one + Of(x));

    /// <summary>xʸ for x above 0.</summary>
    public static BigInteger Power(double x, double y) => Exp(Product(Of(y), Log(Of(x))));

    /// <summary>How far a number of a type is from the exact one, in units in the last place of the exact one, or of what it is a difference of.</summary>
    public static double Ulps(double actual, BigInteger exact, DType dtype, BigInteger part = default)
    {
        (int digits, int least) = dtype == DType.Float64 ? (53, -1074) : (24, -149);
        int exponent = Math.Max((int)BigInteger.Max(BigInteger.Abs(exact), BigInteger.Abs(part)).GetBitLength() - Bits - digits, least);
        return (double)((BigInteger.Abs(Of(actual) - exact) << 40) >> (exponent + Bits)) / (1L << 40);
    }

    private static BigInteger Log(BigInteger x)
    {
        int exponent = (int)x.GetBitLength() - Bits;
        BigInteger reduced = exponent >= 0 ? x >> exponent : x << -exponent;
        return (exponent * s_ln2) + (2 * InverseTangent(Quotient(reduced - s_one, reduced + s_one), hyperbolic: true));
    }

    private static BigInteger Exp(BigInteger x)
    {
        var times = (int)BigInteger.Divide(x, s_ln2);
        BigInteger reduced = x - (times * s_ln2), sum = s_one, term = s_one;
        for (int n = 1; !term.IsZero; n++)
        {
            term = Product(term, reduced) / n;
            sum += term;
        }

        return times >= 0 ? sum << times : sum >> -times;
    }

    private static BigInteger Sine(BigInteger x)
    {
        BigInteger quarters = Floor((2 * x) + (Pi / 2), Pi), r = x - (quarters * Pi / 2);
        var quadrant = (int)(((quarters % 4) + 4) % 4);
        BigInteger value = quadrant % 2 == 0 ? -Series(-r, r, n => -2 * n * ((2 * n) + 1)) : Series(s_one, r, n => -2 * n * ((2 * n) - 1));
        return quadrant < 2 ? value : -value;
    }

    // the first term, and each next one by x² over a whole number
    private static BigInteger Series(BigInteger first, BigInteger x, Func<int, int> divisor)
    {
        BigInteger sum = first, term = first, square = Product(x, x);
        for (int n = 1; !term.IsZero; n++)
        {
            term = Product(term, square) / divisor(n);
            sum += term;
        }

        return sum;
    }

    // halved until its series is short: arctan x = 2 arctan(x/(1 + √(1 + x²)))
    private static BigInteger Arc(BigInteger x)
    {
        int halvings = 0;
        for (; BigInteger.Abs(x) > s_one >> 5; halvings++)
        {
            x = Quotient(x, s_one + Root(s_one + Product(x, x)));
        }

        return InverseTangent(x) << halvings;
    }

    private static BigInteger InverseTangent(BigInteger x, bool hyperbolic = false)
    {
        BigInteger square = Product(x, x), power = x, sum = x;
        for (int n = 3; !power.IsZero; n += 2)
        {
            power = hyperbolic ? Product(power, square) : -Product(power, square);
            sum += power / n;
        }

        return sum;
    }

    private static BigInteger Product(BigInteger x, BigInteger y) => (x * y) / s_one;

    private static BigInteger Quotient(BigInteger x, BigInteger y) => (x << Bits) / y;

    private static BigInteger Floor(BigInteger x, BigInteger y) => (x - ((((x % y) + y) % y))) / y;

    // Newton's iteration from above
    private static BigInteger Root(BigInteger x)
    {
        if (x.IsZero)
        {
            return x;
        }

        BigInteger square = x << Bits, root = BigInteger.One << (((int)square.GetBitLength() / 2) + 1);
        for (BigInteger next = (root + (square / root)) >> 1; next < root; next = (root + (square / root)) >> 1)
        {
            root = next;
        }

        return root;
    }
}
