using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>1 − erf x; in double precision within 6 units in the last place, in single, which is computed as such, within 4.</summary>
/// <remarks>
/// In single precision, with t = 2/(2 + |x|): <c>erfc |x| = e^(−x²) t P(t)</c>, where P approximates <c>e^(x²) erfc(x)/t</c> with the least greatest relative
/// error, 4·10⁻⁹, on the arguments whose result is no 0, and is 1 at 1. What the rounding of t loses is known exactly, and counts 1 + t P′/P times.
/// </remarks>
internal readonly struct ComplementaryErrorFunction : IVectorFunction
{
    private const float Scale = 2;

    // beyond, the result is 0
    private const float Largest = 11;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? OfSingle(x.AsSingle()).As<float, T>() : ErfcFunction.Of(x.AsDouble(), isSingle: false).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> OfSingle(Vector512<float> x)
    {
        Vector512<float> limit = Vector512.Create(Largest), one = Vector512<float>.One, magnitude = Vector512.Abs(x);

        // a NaN stays one
        magnitude = Vector512.ConditionalSelect(Vector512.GreaterThan(magnitude, limit), limit, magnitude);
        Vector512<float> high = magnitude * magnitude, low = Vector512.FusedMultiplyAdd(magnitude, magnitude, -high);
        Vector512<float> complement = VectorMath.Exp(-high) * Scaled(magnitude, low);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), (one + one) - complement, complement);
    }

    // (1 − c) e^(x²) erfc x for x ≥ 0, and a correction c of a few roundings
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Scaled(Vector512<float> x, Vector512<float> correction)
    {
        Vector512<float> scale = Vector512.Create(Scale), divisor = scale + x, t = scale / divisor;
        Vector512<float> lost = Vector512.FusedMultiplyAdd(-t, divisor, scale) - (t * (x - (divisor - scale)));
        Vector512<float> slope = Vector512.FusedMultiplyAdd(t, Vector512.Create(0.677f), Vector512.Create(0.49f)), sum = Scaled(t);
        return Vector512.FusedMultiplyAdd(sum, Vector512.FusedMultiplyAdd(slope, lost, -correction), sum);
    }

    /// <summary>e^(x²) erfc x in terms of t = 2/(2 + x), for x ≥ 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scaled(Vector512<float> t)
    {
        Vector512<float> sum = Vector512.Create(0.037126295268535614f);
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(-0.19907154142856598f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.40224558115005493f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(-0.32064929604530334f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.007488179486244917f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.016903869807720184f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.06265706568956375f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.1834396868944168f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.24555474519729614f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.28221529722213745f));
        sum = Vector512.FusedMultiplyAdd(sum, t, Vector512.Create(0.28209009766578674f));
        return sum * t;
    }
}
