using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>xʸ; within 2 units in the last place, and for float within a little more than half a unit.</summary>
/// <remarks>
/// <c>|x|ʸ = e^(y ln |x|)</c> with the logarithm and the product in two doubles: of a result near the end of the range, y ln |x| has ten bits before the
/// point, which as many behind it have to make up for. With |x| = 2ᵏ m, m between √½ and √2, and s = (m − 1)/(m + 1): <c>ln m = 2s (1 + s²/3 + s⁴/5 +
/// …)</c>, whose next term is below 2⁻⁶⁵ of the sum, and <c>|x|ʸ = 2^⌊y k⌋ e^((y k − ⌊y k⌋) ln 2 + y ln m)</c>: a power of two in x that is one in xʸ
/// changes no digit. Elements that are 0, subnormal or not finite, and results near the ends of the range, go one by
/// one through the function of the definition. For float a logarithm to 2⁻³⁹ of it is enough, which is 2⁻³² of the result, and so is a shorter exponential;
/// its results near the ends of the range are well inside that of doubles.
/// </remarks>
internal readonly struct PowerFunction : IDoubleFunctionOfTwo
{
    // beyond, the exponential or its last correction may be no normal number
    private const double Largest = 700;

    // e to it is no float, and a normal double, and so is its reciprocal
    private const double LargestOfSingle = 200;

    // ln 2 to as many bits that a product with a whole number up to 2¹¹ is exact, and what the double next to it lacks
    private const double Ln2 = 0.6931471805598903;
    private const double Ln2Lost = 2.3190468138462996e-17;
    private const double Third = 1.0 / 3;
    private const double ThirdRest = 1.850371707708594e-17;

    // the bits of √½
    private const long RootOfHalf = 0x3FE6A09E667F3BCD;
    private const int MantissaLength = 52;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, Vector512<double> y, bool isSingle) => Of(x, Logarithm(x, isSingle), y, isSingle);

    /// <summary>k, and ln m in two doubles; for float ln |x| alone, in place of the latter. It says nothing of what is no normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<double> Exponent, Vector512<double> High, Vector512<double> Low) Logarithm(Vector512<double> x, bool isSingle)
    {
        if (isSingle)
        {
            return (default, ShortLogarithm(Vector512.Abs(x)), default);
        }

        (Vector512<double> exponent, Vector512<double> mantissa) = Parts(Vector512.Abs(x));
        (Vector512<double> high, Vector512<double> low) = Logarithm(mantissa);
        return (exponent, high, low);
    }

    /// <summary>xʸ for an x whose logarithm is known.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(
        Vector512<double> x, (Vector512<double> Exponent, Vector512<double> High, Vector512<double> Low) logarithm, Vector512<double> y, bool isSingle)
    {
        Vector512<double> magnitude = Vector512.Abs(x), power, regular = Vector512.LessThan(magnitude, Vector512.Create(double.PositiveInfinity));
        if (isSingle)
        {
            // beyond, floats are 0 or infinite; of no numbers and of 0 it means nothing
            Vector512<double> product = y * logarithm.High, most = Vector512.Create(LargestOfSingle);
            power = VectorMath.ShortExp(Vector512.MinNative(Vector512.MaxNative(product, -most), most));
            regular &= Vector512.GreaterThan(magnitude, Vector512<double>.Zero) & Vector512.Equals(product, product);
        }
        else
        {
            (power, Vector512<double> high) = Doubles(logarithm, y);
            regular &= Vector512.LessThanOrEqual(Vector512.Abs(high), Vector512.Create(Largest))
                & Vector512.GreaterThanOrEqual(magnitude, Vector512.Create(2.2250738585072014e-308));
        }

        Vector512<double> isNegative = Vector512.LessThan(x, Vector512<double>.Zero);
        if (Vector512.EqualsAny(isNegative.AsInt64(), Vector512<long>.AllBitsSet))
        {
            // by whether y is odd, even or no whole number: halves of odd numbers are no whole ones
            Vector512<double> half = y * Vector512.Create(0.5);
            Vector512<double> sign = isNegative & ~Vector512.Equals(Vector512.Floor(half), half) & Vector512.Create(-0.0);
            Vector512<double> isNone = isNegative & ~Vector512.Equals(Vector512.Floor(y), y);
            power = (power ^ sign) | (isNone & Vector512.Create(double.NaN));
        }

        return Vector512.EqualsAll(regular.AsInt64(), Vector512<long>.AllBitsSet) ? power : Elsewhere(x, y, regular, power);
    }

    /// <summary>xⁿ for a whole number n &gt; 0, by products in two doubles: within a little more than half a unit in the last place.</summary>
    /// <param name="x">x.</param>
    /// <param name="n">n.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> OfWhole(Vector512<double> x, int n)
    {
        (Vector512<double> power, Vector512<double> rest) = (x, Vector512<double>.Zero);
        for (int bit = int.Log2(n) - 1; bit >= 0; bit--)
        {
            (power, rest) = Product((power, rest), (power, rest));
            if (((n >> bit) & 1) == 1)
            {
                (power, rest) = Product((power, rest), (x, Vector512<double>.Zero));
            }
        }

        // where what is left of a product is a normal number, too
        Vector512<double> size = Vector512.Abs(power);
        Vector512<double> regular = Vector512.GreaterThan(size, Vector512.Create(1e-290)) & Vector512.LessThan(size, Vector512.Create(double.PositiveInfinity));
        return Vector512.EqualsAll(regular.AsInt64(), Vector512<long>.AllBitsSet) ? power : Elsewhere(x, Vector512.Create((double)n), regular, power);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> High, Vector512<double> Low) Product(
        (Vector512<double> High, Vector512<double> Low) a, (Vector512<double> High, Vector512<double> Low) b)
    {
        Vector512<double> product = a.High * b.High;
        Vector512<double> rest = Vector512.FusedMultiplyAdd(a.High, b.High, -product)
            + Vector512.FusedMultiplyAdd(a.High, b.Low, a.Low * b.High);
        Vector512<double> high = product + rest;
        return (high, (product - high) + rest);
    }

    // k and m
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> Exponent, Vector512<double> Mantissa) Parts(Vector512<double> x)
    {
        Vector512<long> exponent = (x.AsInt64() - Vector512.Create(RootOfHalf)) >> MantissaLength;
        return (Vector512.ConvertToDouble(exponent), (x.AsInt64() - (exponent << MantissaLength)).AsDouble());
    }

    // ln x of normal numbers, to 2⁻³⁹ of it
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ShortLogarithm(Vector512<double> x)
    {
        (Vector512<double> k, Vector512<double> m) = Parts(x);
        Vector512<double> s = (m - Vector512<double>.One) / (m + Vector512<double>.One), square = s * s, twice = s + s;
        Vector512<double> sum = Vector512.Create(1.0 / 13);
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(1.0 / 11));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(1.0 / 9));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(1.0 / 7));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(1.0 / 5));
        sum = Vector512.FusedMultiplyAdd(sum, square, Vector512.Create(Third));
        return Vector512.FusedMultiplyAdd(k, Vector512.Create(Ln2), Vector512.FusedMultiplyAdd(twice * square, sum, twice));
    }

    // |x|ʸ of normal numbers, and about y ln |x|
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> Power, Vector512<double> Logarithm) Doubles(
        (Vector512<double> Exponent, Vector512<double> High, Vector512<double> Low) logarithm, Vector512<double> y)
    {
        (Vector512<double> k, Vector512<double> log, Vector512<double> logRest) = logarithm;
        Vector512<double> byMantissa = y * log, byMantissaRest = Vector512.FusedMultiplyAdd(y, log, -byMantissa) + (y * logRest);

        // the whole part of y k is a power of two, which changes no digit
        Vector512<double> binary = y * k, binaryRest = Vector512.FusedMultiplyAdd(y, k, -binary), whole = Vector512.Floor(binary);
        Vector512<double> part = binary - whole, fraction = part + binaryRest, fractionRest = (part - fraction) + binaryRest;
        Vector512<double> ln2 = Vector512.Create(Math.Log(2)), byPart = fraction * ln2;
        Vector512<double> byPartRest = Vector512.FusedMultiplyAdd(fraction, ln2, -byPart)
            + Vector512.FusedMultiplyAdd(fraction, Vector512.Create(Ln2Lost), fractionRest * ln2);
        Vector512<double> high = byMantissa + byPart, shifted = high - byMantissa;
        Vector512<double> low = (byMantissa - (high - shifted)) + (byPart - shifted) + (byMantissaRest + byPartRest);
        return (VectorMath.ExpOfParts(high, low, whole), Vector512.FusedMultiplyAdd(whole, ln2, high));
    }

    // ln m, in two doubles
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<double> High, Vector512<double> Low) Logarithm(Vector512<double> m)
    {
        Vector512<double> one = Vector512<double>.One;

        // m − 1 is exact, and so is what m + 1 loses
        Vector512<double> difference = m - one, sum = m + one, lost = m - (sum - one), inverse = one / sum;
        Vector512<double> s = difference * inverse;
        Vector512<double> sRest = (Vector512.FusedMultiplyAdd(-s, sum, difference) - (s * lost)) * inverse;
        Vector512<double> square = s * s, squareRest = Vector512.FusedMultiplyAdd(s, s, -square) + ((s + s) * sRest);
        Vector512<double> third = Vector512.Create(Third), series = square * Series(square);
        Vector512<double> factor = third + series, factorRest = ((third - factor) + series) + Vector512.Create(ThirdRest);
        Vector512<double> p = square * factor;
        Vector512<double> pRest = Vector512.FusedMultiplyAdd(square, factor, -p)
            + Vector512.FusedMultiplyAdd(square, factorRest, squareRest * factor);
        Vector512<double> more = s * p, moreRest = Vector512.FusedMultiplyAdd(s, p, -more) + Vector512.FusedMultiplyAdd(s, pRest, sRest * p);
        Vector512<double> half = s + more, halfRest = ((s - half) + more) + (sRest + moreRest);

        return (half + half, halfRest + halfRest);
    }

    // 1/5 + x/7 + … + x¹⁰/25
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Series(Vector512<double> x)
    {
        Vector512<double> sum = Vector512.Create(1.0 / 25);
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 23));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 21));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 19));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 17));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 15));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 13));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 11));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 9));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 7));
        return Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1.0 / 5));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<double> Elsewhere(Vector512<double> x, Vector512<double> y, Vector512<double> regular, Vector512<double> power)
    {
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            if (regular.AsInt64()[lane] == 0)
            {
                power = power.WithElement(lane, Math.Pow(x[lane], y[lane]));
            }
        }

        return power;
    }
}
