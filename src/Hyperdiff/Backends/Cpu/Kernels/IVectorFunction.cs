using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>A function of one number, computed for the lanes of a vector.</summary>
internal interface IVectorFunction
{
    /// <summary>The function of every lane; no lane depends on another.</summary>
    static abstract Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
