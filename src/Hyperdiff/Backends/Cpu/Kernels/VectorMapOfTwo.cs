using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Applies a vector function to two spans, or to a span and a number; the rest that does not fill a vector is computed in one too, as in
/// <see cref="VectorMap{TFunction}"/>.</summary>
internal static class VectorMapOfTwo<TFunction>
    where TFunction : struct, IVectorFunctionOfTwo
{
    /// <summary>z = f(x, y); z may be x or y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(x);
        ref T second = ref MemoryMarshal.GetReference(y);
        ref T target = ref MemoryMarshal.GetReference(z);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= x.Length; i += lanes)
        {
            TFunction.Of(Vector512.LoadUnsafe(ref first, (nuint)i), Vector512.LoadUnsafe(ref second, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        if (i < x.Length)
        {
            Store(TFunction.Of(Load(x[i..]), Load(y[i..])), z[i..]);
        }
    }

    /// <summary>z = f(x, y) with the same y for all; z may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(x);
        ref T target = ref MemoryMarshal.GetReference(z);
        Vector512<T> repeated = Vector512.Create(y);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= x.Length; i += lanes)
        {
            TFunction.Of(Vector512.LoadUnsafe(ref source, (nuint)i), repeated).StoreUnsafe(ref target, (nuint)i);
        }

        if (i < x.Length)
        {
            Store(TFunction.Of(Load(x[i..]), repeated), z[i..]);
        }
    }

    /// <summary>z = f(x, y) with the same x for all; z may be y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(y);
        ref T target = ref MemoryMarshal.GetReference(z);
        Vector512<T> repeated = Vector512.Create(x);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= y.Length; i += lanes)
        {
            TFunction.Of(repeated, Vector512.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        if (i < y.Length)
        {
            Store(TFunction.Of(repeated, Load(y[i..])), z[i..]);
        }
    }

    /// <summary>The rest that does not fill a vector, in one.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector512<T> Load<T>(ReadOnlySpan<T> rest)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> lanes = stackalloc T[Vector512<T>.Count];

        // which no function finds hard
        lanes.Fill(T.One);
        rest.CopyTo(lanes);
        return Vector512.Create<T>(lanes);
    }

    /// <summary>As many of the lanes as there are elements left.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Store<T>(Vector512<T> value, Span<T> rest)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Span<T> lanes = stackalloc T[Vector512<T>.Count];
        value.CopyTo(lanes);
        lanes[..rest.Length].CopyTo(rest);
    }
}
