using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Functions of the runtime for vectors of double and of float under one name.</summary>
internal static class VectorMath
{
    /// <summary>eˣ.</summary>
    /// <remarks>
    /// The runtime computes all lanes by the scalar function if one of them is near overflow or underflow, or NaN. Here only such lanes are, so that no lane
    /// depends on another.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> limit = Vector512.Create(T.CreateTruncating(typeof(T) == typeof(double) ? 700.0 : 80.0));
        Vector512<T> regular = Vector512.LessThanOrEqual(Vector512.Abs(x), limit);
        if (Vector512.LessThanOrEqualAll(Vector512.Abs(x), limit))
        {
            return RegularExp(x);
        }

        Vector512<T> result = RegularExp(x & regular);
        for (int lane = 0; lane < Vector512<T>.Count; lane++)
        {
            if (!(T.Abs(x[lane]) <= limit[0]))
            {
                result = result.WithElement(lane, T.Exp(x[lane]));
            }
        }

        return result;
    }

    /// <summary>ln x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Log<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
            ? Vector512.Log(x.AsDouble()).As<double, T>()
            : Vector512.Log(x.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> RegularExp<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
            ? Vector512.Exp(x.AsDouble()).As<double, T>()
            : Vector512.Exp(x.AsSingle()).As<float, T>();
}
