using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>1/(1 + e⁻ˣ), by the exponential of −|x| as in the definition; within 4 units in the last place.</summary>
internal readonly struct SigmoidFunction : IVectorFunction
{
    /// <inheritdoc/>
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> e = VectorMath.Exp(-Vector512.Abs(x));
        Vector512<T> one = Vector512<T>.One;
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<T>.Zero), e, one) / (one + e);
    }
}
