using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>sinh x; within 3 units in the last place.</summary>
/// <remarks>For |x| ≤ 1 its Taylor series, whose next term is below 2⁻⁵⁶ of the sum; beyond that <c>(e^|x| − e^(−|x|))/2</c>.</remarks>
internal readonly struct SinhFunction : IDoubleFunction
{
    // 1/17!, 1/15!, …, 1/3!
    private static readonly double[] s_series =
        [2.8114572543455206e-15, 7.647163731819816e-13, 1.6059043836821613e-10, 2.505210838544172e-08, 2.7557319223985893e-06, 0.0001984126984126984,
         0.008333333333333333, 0.16666666666666666];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> magnitude = Vector512.Abs(x), power = VectorMath.Exp(magnitude), square = magnitude * magnitude;
        Vector512<double> large = Vector512.Create(0.5) * (power - (Vector512<double>.One / power));
        Vector512<double> small = Vector512.FusedMultiplyAdd(magnitude * square, Polynomial.Of(s_series, square), magnitude);
        Vector512<double> sine = Vector512.ConditionalSelect(Vector512.LessThanOrEqual(magnitude, Vector512<double>.One), small, large)
            | (x & Vector512.Create(-0.0));
        return Exponential.Holds(x) ? sine : Exponential.Beyond(x, sine, Math.Sinh);
    }
}

/// <summary>cosh x = (eˣ + e⁻ˣ)/2; within 3 units in the last place.</summary>
internal readonly struct CoshFunction : IDoubleFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(Vector512<double> x, bool isSingle)
    {
        Vector512<double> power = VectorMath.Exp(Vector512.Abs(x)), cosine = Vector512.Create(0.5) * (power + (Vector512<double>.One / power));
        return Exponential.Holds(x) ? cosine : Exponential.Beyond(x, cosine, Math.Cosh);
    }
}

/// <summary>Where eˣ and e⁻ˣ are normal numbers.</summary>
internal static class Exponential
{
    private const double Largest = 700;

    /// <summary>Whether all lanes are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Holds(Vector512<double> x) => Vector512.LessThanOrEqualAll(Vector512.Abs(x), Vector512.Create(Largest));

    /// <summary>The others by a scalar function.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512<double> Beyond(Vector512<double> x, Vector512<double> result, Func<double, double> function)
    {
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            if (!(Math.Abs(x[lane]) <= Largest))
            {
                result = result.WithElement(lane, function(x[lane]));
            }
        }

        return result;
    }
}
