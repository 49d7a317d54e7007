using System.Numerics;
using System.Runtime.InteropServices;

namespace Hyperdiff.Decompositions;

/// <summary>A rotation in the plane of two vectors: <c>x ← c x + s y</c>, <c>y ← −s x + c y</c>.</summary>
internal static class PlaneRotation
{
    /// <summary>Rotates.</summary>
    public static void Apply(Span<double> x, Span<double> y, double c, double s)
    {
        Span<Vector<double>> wideX = MemoryMarshal.Cast<double, Vector<double>>(x);
        Span<Vector<double>> wideY = MemoryMarshal.Cast<double, Vector<double>>(y);
        for (int i = 0; i < wideX.Length; i++)
        {
            (Vector<double> a, Vector<double> b) = (wideX[i], wideY[i]);
            wideX[i] = (c * a) + (s * b);
            wideY[i] = (c * b) - (s * a);
        }

        for (int i = wideX.Length * Vector<double>.Count; i < x.Length; i++)
        {
            (x[i], y[i]) = ((c * x[i]) + (s * y[i]), (c * y[i]) - (s * x[i]));
        }
    }
}
