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

/// <summary>A function of two numbers, computed for the lanes of vectors.</summary>
internal interface IVectorFunctionOfTwo
{
    /// <summary>The function of every pair of lanes; no lane depends on another.</summary>
    static abstract Vector512<T> Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>;
}
