using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>−x: the sign, also of zeros, turned.</summary>
internal readonly struct NegateFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorFunction.Of<T>(Vector512<T> x) => x ^ Vector512.Create(T.NegativeZero);
}
