using System.Numerics;
using System.Runtime.Intrinsics;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>√(x² + y²), by the powers of two of the definition and with its bits.</summary>
internal readonly struct HypotFunction : IVectorFunctionOfTwo
{
    /// <inheritdoc/>
    public static Vector512<T> Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (double huge, double shrink, double tiny, double stretch) = SquaringScale.Of(typeof(T) == typeof(float) ? DType.Float32 : DType.Float64);
        Vector512<T> greatest = Vector512.Max(Vector512.Abs(x), Vector512.Abs(y));
        Vector512<T> isHuge = Vector512.GreaterThan(greatest, Number<T>(huge)), isTiny = Vector512.LessThan(greatest, Number<T>(tiny));
        if ((isHuge | isTiny) == Vector512<T>.Zero)
        {
            return Vector512.Sqrt((x * x) + (y * y));
        }

        Vector512<T> one = Vector512<T>.One;
        Vector512<T> scale = Vector512.ConditionalSelect(isHuge, Number<T>(shrink), Vector512.ConditionalSelect(isTiny, Number<T>(stretch), one));
        Vector512<T> reciprocal = Vector512.ConditionalSelect(isHuge, Number<T>(1 / shrink), Vector512.ConditionalSelect(isTiny, Number<T>(1 / stretch), one));
        (x, y) = (x * scale, y * scale);
        return Vector512.Sqrt((x * x) + (y * y)) * reciprocal;
    }

    private static Vector512<T> Number<T>(double value)
        where T : unmanaged, IFloatingPointIeee754<T> => Vector512.Create(T.CreateTruncating(value));
}
