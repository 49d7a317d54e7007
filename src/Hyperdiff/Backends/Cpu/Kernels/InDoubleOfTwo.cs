using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>A function of two numbers that is computed in double precision for both types.</summary>
internal interface IDoubleFunctionOfTwo
{
    /// <summary>The function of every pair of lanes; no lane depends on another.</summary>
    /// <param name="x">The first operand.</param>
    /// <param name="y">The second operand.</param>
    /// <param name="isSingle">Whether the digits of a float are enough; a constant for the compiler.</param>
    static abstract Vector512<double> Of(Vector512<double> x, Vector512<double> y, bool isSingle);
}

/// <summary>A function of two numbers in double precision, for vectors of either type.</summary>
internal readonly struct InDoubleOfTwo<TFunction> : IVectorFunctionOfTwo
    where TFunction : struct, IDoubleFunctionOfTwo
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return TFunction.Of(x.AsDouble(), y.AsDouble(), isSingle: false).As<double, T>();
        }

        (Vector512<double> lowerX, Vector512<double> upperX) = Vector512.Widen(x.AsSingle());
        (Vector512<double> lowerY, Vector512<double> upperY) = Vector512.Widen(y.AsSingle());
        return Vector512.Narrow(TFunction.Of(lowerX, lowerY, isSingle: true), TFunction.Of(upperX, upperY, isSingle: true)).As<float, T>();
    }
}
