using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>√(x² + y²), by the powers of two of the definition and with its bits.</summary>
internal readonly struct HypotFunction : IVectorFunctionOfTwo
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        (Vector512<T> scale, Vector512<T> reciprocal) = VectorSquaringScale.Of(x, y);
        (x, y) = (x * scale, y * scale);
        return Vector512.Sqrt((x * x) + (y * y)) * reciprocal;
    }
}

/// <summary>x/√(x² + y²), by the powers of two of the definition and with its bits.</summary>
internal readonly struct CosineFunction : IVectorFunctionOfTwo
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // what is infinite is equally far
        Vector512<T> infinity = Vector512.Create(T.PositiveInfinity);
        Vector512<T> isInfinite = Vector512.Equals(Vector512.Abs(x), infinity) | Vector512.Equals(Vector512.Abs(y), infinity);
        (x, y) = (Vector512.ConditionalSelect(isInfinite, Direction(x), x), Vector512.ConditionalSelect(isInfinite, Direction(y), y));
        (Vector512<T> scale, _) = VectorSquaringScale.Of(x, y);
        (x, y) = (x * scale, y * scale);
        Vector512<T> root = Vector512.Sqrt((x * x) + (y * y));
        return Vector512.ConditionalSelect(Vector512.Equals(root, Vector512<T>.Zero), root, x / root);
    }

    // 1 of what is infinite and 0 of the others, with their signs
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Direction<T>(Vector512<T> number)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> one = Vector512.Equals(Vector512.Abs(number), Vector512.Create(T.PositiveInfinity)) & Vector512<T>.One;
        return Vector512.ConditionalSelect(Vector512.Equals(number, number), one | (number & Vector512.Create(T.NegativeZero)), number);
    }
}

/// <summary>The powers of two by which lanes are multiplied before they are squared, and their reciprocals.</summary>
internal static class VectorSquaringScale
{
    /// <summary>Those of every lane; 1, unless the greater of two numbers is far from it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<T> Scale, Vector512<T> Reciprocal) Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> greatest = Vector512.Max(Vector512.Abs(x), Vector512.Abs(y));
        Vector512<T> isHuge = Vector512.GreaterThan(greatest, Power<T>(SquaringScale.Huge, SquaringScale.HugeOfSingle));
        Vector512<T> isTiny = Vector512.LessThan(greatest, Power<T>(SquaringScale.Tiny, SquaringScale.TinyOfSingle));
        return (
            Chosen(
                isHuge, Power<T>(SquaringScale.Shrink, SquaringScale.ShrinkOfSingle), isTiny, Power<T>(SquaringScale.Stretch, SquaringScale.StretchOfSingle)),
            Chosen(
                isHuge, Power<T>(-SquaringScale.Shrink, -SquaringScale.ShrinkOfSingle), isTiny,
                Power<T>(-SquaringScale.Stretch, -SquaringScale.StretchOfSingle)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<T> Chosen(Vector512<T> first, Vector512<T> whereFirst, Vector512<T> second, Vector512<T> whereSecond) =>
            Vector512.ConditionalSelect(first, whereFirst, Vector512.ConditionalSelect(second, whereSecond, Vector512<T>.One));
    }

    // a power of two that is a constant for the compiler
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Power<T>(int exponent, int exponentOfSingle)
        where T : unmanaged => typeof(T) == typeof(double)
            ? Vector512.Create((1023L + exponent) << 52).As<long, T>()
            : Vector512.Create((127 + exponentOfSingle) << 23).As<int, T>();
}
