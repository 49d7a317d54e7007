using System.Numerics;
using System.Runtime.InteropServices;

namespace Hyperdiff.Backends.Cpu.SparseProducts;

/// <summary>Arithmetic on rows of dense matrices, often short ones; the order of additions depends on their length alone.</summary>
internal static class DenseRows
{
    /// <summary>y += a x.</summary>
    public static void AddScaled<T>(ReadOnlySpan<T> x, T a, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        if (x.Length >= Vector<T>.Count)
        {
            ReadOnlySpan<Vector<T>> from = MemoryMarshal.Cast<T, Vector<T>>(x);
            Span<Vector<T>> to = MemoryMarshal.Cast<T, Vector<T>>(y)[..from.Length];
            var factor = new Vector<T>(a);
            for (int v = 0; v < from.Length; v++)
            {
                to[v] += factor * from[v];
            }

            i = from.Length * Vector<T>.Count;
        }

        for (y = y[..x.Length]; i < x.Length; i++)
        {
            y[i] += a * x[i];
        }
    }

    /// <summary>Σ xᵢ yᵢ.</summary>
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int i = 0;
        T sum = T.Zero;
        if (x.Length >= Vector<T>.Count)
        {
            ReadOnlySpan<Vector<T>> left = MemoryMarshal.Cast<T, Vector<T>>(x);
            ReadOnlySpan<Vector<T>> right = MemoryMarshal.Cast<T, Vector<T>>(y)[..left.Length];
            Vector<T> lanes = Vector<T>.Zero;
            for (int v = 0; v < left.Length; v++)
            {
                lanes += left[v] * right[v];
            }

            sum = Vector.Sum(lanes);
            i = left.Length * Vector<T>.Count;
        }

        for (y = y[..x.Length]; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }
}
