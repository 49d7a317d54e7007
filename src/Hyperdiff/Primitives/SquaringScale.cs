using System.Numerics;

namespace Hyperdiff.Primitives;

/// <summary>Powers of two by which numbers are multiplied before they are squared, so that no square that counts overflows or vanishes.</summary>
/// <remarks>
/// 1 unless the greatest number is far from 1. Products with a power of two are exact, so a sum of squares has the same digits with any of them: what is
/// homogeneous stays so to the last bit. What vanishes beside the greatest square is below 2⁻⁶⁰ of it.
/// </remarks>
internal static class SquaringScale
{
    /// <summary>Of float64, the exponents of the greatest number whose square is taken as it is, of the power of two for greater ones, and the same for small
    /// ones.</summary>
    public const int Huge = 480, Shrink = -600, Tiny = -450, Stretch = 700;

    /// <summary>The same of float32.</summary>
    public const int HugeOfSingle = 50, ShrinkOfSingle = -80, TinyOfSingle = -40, StretchOfSingle = 90;

    private static readonly (double Huge, double Shrink, double Tiny, double Stretch) s_single =
        (Math.ScaleB(1, HugeOfSingle), Math.ScaleB(1, ShrinkOfSingle), Math.ScaleB(1, TinyOfSingle), Math.ScaleB(1, StretchOfSingle));

    private static readonly (double Huge, double Shrink, double Tiny, double Stretch) s_double =
        (Math.ScaleB(1, Huge), Math.ScaleB(1, Shrink), Math.ScaleB(1, Tiny), Math.ScaleB(1, Stretch));

    /// <summary>The greatest and the smallest number whose square is taken as it is; beyond, a number is multiplied by the power of two at its side.</summary>
    public static (double Huge, double Shrink, double Tiny, double Stretch) Of(DType dtype) => dtype == DType.Float32 ? s_single : s_double;

    /// <summary>The power of two for numbers of which this is the greatest magnitude, and its reciprocal.</summary>
    public static (T Scale, T Reciprocal) Of<T>(T greatest)
        where T : IFloatingPointIeee754<T>
    {
        (double huge, double shrink, double tiny, double stretch) = typeof(T) == typeof(float) ? s_single : s_double;
        double scale = greatest > T.CreateTruncating(huge) ? shrink : greatest < T.CreateTruncating(tiny) ? stretch : 1;
        return (T.CreateTruncating(scale), T.CreateTruncating(1 / scale));
    }
}
