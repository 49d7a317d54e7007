using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>ln(1 + eˣ) = max(x, 0) + ln(1 + e^(−|x|)), as in the definition; within 5 units in the last place.</summary>
internal readonly struct SoftplusFunction : IVectorFunction
{
    /// <inheritdoc/>
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> =>
        Vector512.Max(x, Vector512<T>.Zero) + Log1pFunction.Of(VectorMath.Exp(-Vector512.Abs(x)));
}
