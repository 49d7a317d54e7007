using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>1, −1, or x itself where it is 0 or NaN; exact.</summary>
internal readonly struct SignFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> one = Vector512<T>.One, zero = Vector512<T>.Zero;
        return Vector512.ConditionalSelect(
            Vector512.GreaterThan(x, zero), one, Vector512.ConditionalSelect(Vector512.LessThan(x, zero), -one, x));
    }
}

/// <summary>1 − x², as in the definition.</summary>
internal readonly struct OneMinusSquareFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T> => (Vector512<T>.One - x) * (Vector512<T>.One + x);
}

/// <summary>|x|; exact.</summary>
internal readonly struct AbsFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorFunction.Of<T>(Vector512<T> x) => Vector512.Abs(x);
}

/// <summary>√x, rounded correctly.</summary>
internal readonly struct SqrtFunction : IVectorFunction
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IVectorFunction.Of<T>(Vector512<T> x) => Vector512.Sqrt(x);
}
