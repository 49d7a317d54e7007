using System.Numerics;
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
        if (largest is > Least and < Greatest)
        {
            double norm = Math.Sqrt((x * x) + (z * z)), inverse = 1 / norm;
            return (x * inverse, z * inverse, norm);
        }

        double length = double.Hypot(x, z);
        return length == 0 ? (1, 0, 0) : (x / length, z / length, length);
    }

    /// <summary>Rotates.</summary>
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
