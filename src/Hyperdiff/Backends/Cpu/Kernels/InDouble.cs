using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>A function of one number that is computed in double precision for both types.</summary>
internal interface IDoubleFunction
{
    /// <summary>The function of every lane; no lane depends on another.</summary>
    /// <param name="x">The lanes.</param>
    /// <param name="isSingle">Whether the digits of a float are enough; a constant for the compiler.</param>
    static abstract Vector512<double> Of(Vector512<double> x, bool isSingle);
}

/// <summary>A function in double precision, for vectors of either type: for float within a little more than half a unit in the last place.</summary>
internal readonly struct InDouble<TFunction> : IVectorFunction
    where TFunction : struct, IDoubleFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return TFunction.Of(x.AsDouble(), isSingle: false).As<double, T>();
        }

        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(x.AsSingle());
        return Vector512.Narrow(TFunction.Of(lower, isSingle: true), TFunction.Of(upper, isSingle: true)).As<float, T>();
    }
}
