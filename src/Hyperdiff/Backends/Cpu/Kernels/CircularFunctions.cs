using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Sine and cosine of an angle from −π/4 to π/4 and a quadrant, of numbers beyond 2²⁴ by <see cref="LargeAngle"/>.</summary>
/// <remarks>
/// <para>
/// x = n π/2 + r with π/2 = p₁ + p₂ + p₃ in three doubles (Cody and Waite 1980, Software Manual for the Elementary Functions). x − n p₁ is exact,
/// because both are multiples of 2⁻⁵³ and the difference is below 1. What is rounded when n p₂ is subtracted is kept as a second number, unless the
/// first difference is so small that it would not be exact: then the rounding is below 2⁻⁵³ of it.
/// </para>
/// <para>With s = r²: <c>sin r = r + r s S(s)</c> and <c>cos r = 1 − s/2 + s² C(s)</c>, Taylor series; the next term is below 2⁻⁵⁸ of the sum.</para>
/// </remarks>
internal readonly struct Angle
{
    private const double Largest = 1 << 24;
    private const double Exact = 1.0 / (1 << 30);
    private const double PerHalfPi = 0.6366197723675814;
    private const double HalfPi = 1.5707963267948966;
    private const double HalfPiRest = 6.123233995736766e-17;
    private const double HalfPiRestOfRest = -1.4973849048591698e-33;

    // 1.5 · 2⁵²: a sum with it is rounded to a whole number, which stands in its last bits
    private const double Whole = 6755399441055744;
    private const double Factorial3 = 6;
    private const double Factorial4 = Factorial3 * 4;
    private const double Factorial5 = Factorial4 * 5;
    private const double Factorial6 = Factorial5 * 6;
    private const double Factorial7 = Factorial6 * 7;
    private const double Factorial8 = Factorial7 * 8;
    private const double Factorial9 = Factorial8 * 9;
    private const double Factorial10 = Factorial9 * 10;
    private const double Factorial11 = Factorial10 * 11;
    private const double Factorial12 = Factorial11 * 12;
    private const double Factorial13 = Factorial12 * 13;
    private const double Factorial14 = Factorial13 * 14;
    private const double Factorial15 = Factorial14 * 15;
    private const double Factorial16 = Factorial15 * 16;
    private const double Factorial17 = Factorial16 * 17;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Angle(Vector512<long> quadrant, Vector512<double> sine, Vector512<double> cosine) => (Quadrant, Sine, Cosine) = (quadrant, sine, cosine);

    /// <summary>n, of which the last two bits count.</summary>
    public Vector512<long> Quadrant { get; }

    /// <summary>sin r.</summary>
    public Vector512<double> Sine { get; }

    /// <summary>cos r.</summary>
    public Vector512<double> Cosine { get; }

    /// <summary>The angle of x, where it <see cref="Holds"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Angle Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> rounded = Vector512.FusedMultiplyAdd(x, Number(PerHalfPi), Number(Whole));
        Vector512<double> n = Number(Whole) - rounded;
        Vector512<double> first = Vector512.FusedMultiplyAdd(n, Number(HalfPi), x);
        Vector512<double> r = Vector512.FusedMultiplyAdd(n, Number(HalfPiRest), first), lost = Vector512<double>.Zero;
        if (!isSingle)
        {
            lost = Vector512.FusedMultiplyAdd(n, Number(HalfPiRest), first - r);
            lost = Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(first), Number(Exact)), Vector512<double>.Zero, lost);
            lost = Vector512.FusedMultiplyAdd(n, Number(HalfPiRestOfRest), lost);
        }

        return Of(rounded.AsInt64(), r, lost, isSingle);
    }

    /// <summary>The angle of a large number, in every lane.</summary>
    public static Angle OfLarge(double x, bool isSingle)
    {
        (long quadrant, double high, double low) = LargeAngle.Of(x);
        return Of(Vector512.Create(quadrant), Vector512.Create(high), Vector512.Create(low), isSingle);
    }

    /// <summary>Whether no lane is large, nor infinite or no number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(Vector512<double> x) => Vector512.LessThanOrEqualAll(Vector512.Abs(x), Number(Largest));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Angle Of(Vector512<long> quadrant, Vector512<double> r, Vector512<double> lost, bool isSingle)
    {
        Vector512<double> s = r * r;
        if (isSingle)
        {
            return new(quadrant, Vector512.FusedMultiplyAdd(r * s, Sines(s, isSingle), r),
                Vector512.FusedMultiplyAdd(s * s, Cosines(s, isSingle), Vector512<double>.One - (Number(0.5) * s)));
        }

        Vector512<double> half = Number(0.5) * s, one = Vector512<double>.One, leading = one - half;

        // sin(r + l) = sin r + l cos r, cos(r + l) = cos r − l r; the leading terms of the cosine are added with what their sum loses
        Vector512<double> sine = r + Vector512.FusedMultiplyAdd(r * s, Sines(s, isSingle), lost * leading);
        Vector512<double> cosine = leading + ((one - leading - half) + Vector512.FusedMultiplyAdd(s * s, Cosines(s, isSingle), -(r * lost)));
        return new(quadrant, sine, cosine);
    }

    /// <summary>The sine after a number of quarter turns more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<double> SineAfter(long quarters)
    {
        Vector512<long> turned = Quadrant + Vector512.Create(quarters), one = Vector512<long>.One;
        Vector512<double> isOdd = Vector512.Equals(turned & one, one).AsDouble();
        return Vector512.ConditionalSelect(isOdd, Cosine, Sine) ^ ((turned & Vector512.Create(2L)) << 62).AsDouble();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Sines(Vector512<double> s, bool isSingle)
    {
        Vector512<double> sum = Number(-1 / Factorial11);
        if (!isSingle)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(Number(1 / Factorial17), s, Number(-1 / Factorial15)), s, Number(1 / Factorial13));
            sum = Vector512.FusedMultiplyAdd(sum, s, Number(-1 / Factorial11));
        }

        sum = Vector512.FusedMultiplyAdd(sum, s, Number(1 / Factorial9));
        sum = Vector512.FusedMultiplyAdd(sum, s, Number(-1 / Factorial7));
        sum = Vector512.FusedMultiplyAdd(sum, s, Number(1 / Factorial5));
        return Vector512.FusedMultiplyAdd(sum, s, Number(-1 / Factorial3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Cosines(Vector512<double> s, bool isSingle)
    {
        Vector512<double> sum = Number(-1 / Factorial10);
        if (!isSingle)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(Number(1 / Factorial16), s, Number(-1 / Factorial14)), s, Number(1 / Factorial12));
            sum = Vector512.FusedMultiplyAdd(sum, s, Number(-1 / Factorial10));
        }

        sum = Vector512.FusedMultiplyAdd(sum, s, Number(1 / Factorial8));
        sum = Vector512.FusedMultiplyAdd(sum, s, Number(-1 / Factorial6));
        return Vector512.FusedMultiplyAdd(sum, s, Number(1 / Factorial4));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Number(double value) => Vector512.Create(value);
}

/// <summary>sin x; within 0.85 units in the last place.</summary>
internal readonly struct SinFunction : IDoubleFunction
{
    // below, x³/6 is less than half a unit in the last place of x, and the sum would lose the sign of −0
    private const double Smallest = 1.0 / (1 << 27);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> sine = Angle.Of(x, isSingle).SineAfter(0);
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(Smallest)), x, sine);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(Vector512<double> x) => Angle.Holds(x);

    /// <inheritdoc/>
    public static double Beyond(double x, bool isSingle) => Angle.OfLarge(x, isSingle).SineAfter(0)[0];
}

/// <summary>cos x; within 0.85 units in the last place.</summary>
internal readonly struct CosFunction : IDoubleFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle) => Angle.Of(x, isSingle).SineAfter(1);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(Vector512<double> x) => Angle.Holds(x);

    /// <inheritdoc/>
    public static double Beyond(double x, bool isSingle) => Angle.OfLarge(x, isSingle).SineAfter(1)[0];
}

/// <summary>tan x; within 2 units in the last place.</summary>
internal readonly struct TanFunction : IDoubleFunction
{
    private const double Smallest = 1.0 / (1 << 27);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        var angle = Angle.Of(x, isSingle);
        Vector512<double> tangent = angle.SineAfter(0) / angle.SineAfter(1);
        return Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(Smallest)), x, tangent);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(Vector512<double> x) => Angle.Holds(x);

    /// <inheritdoc/>
    public static double Beyond(double x, bool isSingle)
    {
        var angle = Angle.OfLarge(x, isSingle);
        return (angle.SineAfter(0) / angle.SineAfter(1))[0];
    }
}
