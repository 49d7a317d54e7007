using System.Numerics;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>eˣ − 1, accurate near 0; within 4 units in the last place.</summary>
/// <remarks>For |x| ≤ 1, with t = tanh(x/2): <c>eˣ = (1 + t)/(1 − t)</c>, so <c>eˣ − 1 = 2t/(1 − t)</c>, which subtracts nothing that is close to 1.</remarks>
internal readonly struct Expm1Function : IVectorFunction
{
    /// <inheritdoc/>
    public static Vector512<T> Of<T>(Vector512<T> x)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<T> one = Vector512<T>.One;
        Vector512<T> t = TanhFunction.Series(x * Vector512.Create(T.CreateTruncating(0.5)));
        Vector512<T> isSmall = Vector512.LessThanOrEqual(Vector512.Abs(x), one);

        // halves of the smallest numbers are 0, and x²/2 is below the rounding of x well before
        Vector512<T> isTiny = Vector512.LessThan(Vector512.Abs(x), Vector512.Create(T.BitIncrement(T.One) - T.One));
        return Vector512.ConditionalSelect(isTiny, x, Vector512.ConditionalSelect(isSmall, (t + t) / (one - t), VectorMath.Exp(x) - one));
    }
}
