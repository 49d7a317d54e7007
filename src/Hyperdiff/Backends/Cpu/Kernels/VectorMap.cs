using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Applies a vector function to a span.</summary>
/// <remarks>
/// The rest that does not fill a vector is computed in a vector too, so that the bits of an element depend on the element alone, not on the length of the
/// span nor on where in it the element stands. (<c>TensorPrimitives</c> uses the scalar function for short spans.) Vectors of 512 bits are a pair or four of
/// shorter ones where the processor has no longer ones: the lanes compute the same.
/// </remarks>
internal static class VectorMap<TFunction>
    where TFunction : struct, IVectorFunction
{
    /// <summary>y = f(x); y may be x.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(x);
        ref T target = ref MemoryMarshal.GetReference(y);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= x.Length; i += lanes)
        {
            TFunction.Of(Vector512.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        if (i < x.Length)
        {
            Span<T> rest = stackalloc T[lanes];
            rest.Clear();
            x[i..].CopyTo(rest);
            TFunction.Of(Vector512.Create<T>(rest)).CopyTo(rest);
            rest[..(x.Length - i)].CopyTo(y[i..]);
        }
    }
}
