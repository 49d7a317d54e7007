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
        scoped ref T source = ref MemoryMarshal.GetReference(x);
        scoped ref T target = ref MemoryMarshal.GetReference(y);
        int lanes = Vector512<T>.Count, rest = x.Length % lanes;
        Span<T> room = stackalloc T[lanes];

        // the loop stands here once, since a function of fifty operations takes milliseconds to compile
        for (int end = x.Length - rest; ; end = lanes)
        {
            for (int i = 0; i < end; i += lanes)
            {
                TFunction.Of(Vector512.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
            }

            if (rest == 0)
            {
                return;
            }

            if (Unsafe.AreSame(ref target, ref MemoryMarshal.GetReference(room)))
            {
                room[..rest].CopyTo(y.Slice(x.Length - rest, rest));
                return;
            }

            room.Clear();
            x[^rest..].CopyTo(room);
            source = ref MemoryMarshal.GetReference(room);
            target = ref MemoryMarshal.GetReference(room);
        }
    }
}
