using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Hyperdiff.Decompositions;

/// <summary>A rotation in the plane of two vectors: <c>x ← c x + s y</c>, <c>y ← −s x + c y</c>.</summary>
internal static class PlaneRotation
{
    // between these, squares lose no digits
    private const double Least = 1e-140, Greatest = 1e140;

    /// <summary>The rotation that makes (x, z) into (length, 0); none if both are 0.</summary>
    public static (double C, double S, double Length) Of(double x, double z)
    {
        double largest = Math.Max(Math.Abs(x), Math.Abs(z));
        if (largest == 0)
        {
            return (1, 0, 0);
        }

        // by a power of two, so that the digits are those of any other scale
        int exponent = largest is > Least and < Greatest ? 0 : Math.ILogB(largest);
        (double a, double b) = exponent == 0 ? (x, z) : (Math.ScaleB(x, -exponent), Math.ScaleB(z, -exponent));
        double length = Math.Sqrt((a * a) + (b * b)), inverse = 1 / length;
        return (a * inverse, b * inverse, exponent == 0 ? length : Math.ScaleB(length, exponent));
    }

    /// <summary>Rotates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T>(Span<T> x, Span<T> y, T c, T s)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<Vector<T>> wideX = MemoryMarshal.Cast<T, Vector<T>>(x);
        Span<Vector<T>> wideY = MemoryMarshal.Cast<T, Vector<T>>(y);
        for (int i = 0; i < wideX.Length; i++)
        {
            (Vector<T> a, Vector<T> b) = (wideX[i], wideY[i]);
            wideX[i] = (c * a) + (s * b);
            wideY[i] = (c * b) - (s * a);
        }

        for (int i = wideX.Length * Vector<T>.Count; i < x.Length; i++)
        {
            (x[i], y[i]) = ((c * x[i]) + (s * y[i]), (c * y[i]) - (s * x[i]));
        }
    }
}
