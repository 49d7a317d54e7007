using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Primitives;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>x/(1 + e⁻ˣ), by the exponential of −|x|/2 as in the definition; within 5 units in the last place.</summary>
internal readonly struct SiluFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> size = Bounded(x), root = Root(size), square = root * root;
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<T>.Zero), -size * root * root, x) / (Vector512<T>.One + square);
    }

    /// <summary>|x|, or where that is greater a number beyond which e^(−|x|) x is 0, and e^(−|x|/2) not subnormal; a NaN stays one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Bounded<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> size = Vector512.Abs(x), far = Vector512.Create(T.CreateTruncating(typeof(T) == typeof(double) ? Silu.Far : Silu.Far / 8));
        return Vector512.ConditionalSelect(Vector512.GreaterThan(size, far), far, size);
    }

    /// <summary>e^(−x/2) for x ≥ 0 so bounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Root<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => VectorMath.ExpOfModerate(Vector512.Create(T.CreateTruncating(-0.5)) * x, Vector512<T>.Zero);
}

/// <summary>σ(x) (1 + x σ(−x)), likewise; within 8 units in the last place of the greater of the result and σ(x), which differ where it vanishes, at
/// −1.28.</summary>
internal readonly struct SiluSlopeFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        // both branches are written with the smaller of σ(x) and σ(−x) as a product with a root that is multiplied last
        Vector512<T> size = SiluFunction.Bounded(x), root = SiluFunction.Root(size), one = Vector512<T>.One, upper = one / (one + (root * root));
        Vector512<T> above = (one + (size * root * (root * upper))) * upper, below = (one - (size * upper)) * upper * root * root;
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<T>.Zero), below, above);
    }
}
