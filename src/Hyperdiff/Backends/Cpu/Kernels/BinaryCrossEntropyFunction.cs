using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>ln(1 + eᶻ) − t z, as in the definition; within 5 units in the last place of the greater term.</summary>
internal readonly struct BinaryCrossEntropyFunction : IVectorFunctionOfTwo
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> one = Vector512<T>.One, upper = Vector512.GreaterThanOrEqual(y + y, one);
        Vector512<T> logit = Vector512.ConditionalSelect(upper, -x, x), rest = Vector512.ConditionalSelect(upper, one - y, y);
        Vector512<T> loss = SoftplusFunction.Of(logit);

        // no multiple of an infinite logit where the multiple is 0, or where the loss is infinite already
        Vector512<T> alone = Vector512.Equals(rest, Vector512<T>.Zero) | Vector512.Equals(logit, Vector512.Create(T.PositiveInfinity));
        return Vector512.ConditionalSelect(alone, loss, loss - (rest * logit));
    }
}

/// <summary>σ(z) − t, as in the definition; within 4 units in the last place of the greater term.</summary>
internal readonly struct BinaryCrossEntropySlopeFunction : IVectorFunctionOfTwo
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> one = Vector512<T>.One, upper = Vector512.GreaterThanOrEqual(y + y, one);
        Vector512<T> sigmoid = SigmoidFunction.Of(Vector512.ConditionalSelect(upper, -x, x));
        return Vector512.ConditionalSelect(upper, one - y - sigmoid, sigmoid - y);
    }
}
