using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>eˣ; within 1.2 units in the last place.</summary>
internal readonly struct ExpFunction : IVectorFunction
{
    /// <inheritdoc/>
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => VectorMath.Exp(x);
}
