using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Functions of the runtime for vectors of double and of float under one name.</summary>
internal static class VectorMath
{
    /// <summary>eˣ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
            ? Vector512.Exp(x.AsDouble()).As<double, T>()
            : Vector512.Exp(x.AsSingle()).As<float, T>();

    /// <summary>ln x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Log<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(double)
            ? Vector512.Log(x.AsDouble()).As<double, T>()
            : Vector512.Log(x.AsSingle()).As<float, T>();
}
