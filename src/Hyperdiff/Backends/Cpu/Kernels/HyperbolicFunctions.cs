using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>sinh x; within 3 units in the last place.</summary>
/// <remarks>For |x| ≤ 1 its Taylor series, whose next term is below 2⁻⁵⁶ of the sum (2⁻³² where the digits of a float are enough); beyond that
/// <c>(e^|x| − e^(−|x|))/2</c>.</remarks>
internal readonly struct SinhFunction : IDoubleFunction
{
    private const double Factorial5 = 120;
    private const double Factorial7 = Factorial5 * 6 * 7;
    private const double Factorial9 = Factorial7 * 8 * 9;
    private const double Factorial11 = Factorial9 * 10 * 11;
    private const double Factorial13 = Factorial11 * 12 * 13;
    private const double Factorial15 = Factorial13 * 14 * 15;
    private const double Factorial17 = Factorial15 * 16 * 17;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> magnitude = Vector512.Abs(x), power = Exponential.Of(magnitude, isSingle), square = magnitude * magnitude;
        Vector512<double> large = Vector512.Create(0.5) * (power - (Vector512<double>.One / power));
        Vector512<double> small = Vector512.FusedMultiplyAdd(magnitude * square, Series(square, isSingle), magnitude);
        return Vector512.ConditionalSelect(Vector512.LessThanOrEqual(magnitude, Vector512<double>.One), small, large) | (x & Vector512.Create(-0.0));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(Vector512<double> x) => Exponential.Holds(x);

    /// <inheritdoc/>
    public static double Beyond(double x, bool isSingle) => Math.Sinh(x);

    // 1/3! + x/5! + …
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Series(Vector512<double> x, bool isSingle)
    {
        Vector512<double> sum = Vector512.Create(1 / Factorial11);
        if (!isSingle)
        {
            sum = Vector512.FusedMultiplyAdd(Vector512.Create(1 / Factorial17), x, Vector512.Create(1 / Factorial15));
            sum = Vector512.FusedMultiplyAdd(Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1 / Factorial13)), x, Vector512.Create(1 / Factorial11));
        }

        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1 / Factorial9));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1 / Factorial7));
        sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1 / Factorial5));
        return Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(1 / 6.0));
    }
}

/// <summary>cosh x = (eˣ + e⁻ˣ)/2; within 3 units in the last place.</summary>
internal readonly struct CoshFunction : IDoubleFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> power = Exponential.Of(Vector512.Abs(x), isSingle);
        return Vector512.Create(0.5) * (power + (Vector512<double>.One / power));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(Vector512<double> x) => Exponential.Holds(x);

    /// <inheritdoc/>
    public static double Beyond(double x, bool isSingle) => Math.Cosh(x);
}

/// <summary>Where eˣ and e⁻ˣ are normal numbers.</summary>
internal static class Exponential
{
    private const double Largest = 700;

    /// <summary>eˣ there, to the digits of a double or to as many as a float needs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle) => isSingle ? VectorMath.ShortExp(x) : VectorMath.Exp(x);

    /// <summary>Whether all lanes are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(Vector512<double> x) => Vector512.LessThanOrEqualAll(Vector512.Abs(x), Vector512.Create(Largest));
}
