using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>An operation of arithmetic, which gives vectors the bits that it gives numbers.</summary>
internal interface IArithmetic
{
    /// <summary>The operation, lane by lane.</summary>
    static abstract Vector512<T> Of<T>(Vector512<T> x, Vector512<T> y)
        where T : unmanaged, INumberBase<T>;

    /// <summary>The operation.</summary>
    static abstract T Of<T>(T x, T y)
        where T : unmanaged, INumberBase<T>;
}

/// <summary>Arithmetic on spans.</summary>
/// <remarks>
/// The runtime's <c>TensorPrimitives</c> begin as code that is not optimized, with a call for every vector: for its first second a program spends more time
/// in sums and products of spans than in anything else. These loops are optimized when they are first called.
/// </remarks>
internal static class ArithmeticKernels<TOperation>
    where TOperation : struct, IArithmetic
{
    /// <summary>z = x ∘ y; z may be x or y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, INumberBase<T>
    {
        y = y[..x.Length];
        z = z[..x.Length];
        ref T first = ref MemoryMarshal.GetReference(x), second = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(z);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + (2 * lanes) <= x.Length; i += 2 * lanes)
        {
            Vector512<T> one = TOperation.Of(Vector512.LoadUnsafe(ref first, (nuint)i), Vector512.LoadUnsafe(ref second, (nuint)i));
            Vector512<T> next = TOperation.Of(
                Vector512.LoadUnsafe(ref first, (nuint)(i + lanes)), Vector512.LoadUnsafe(ref second, (nuint)(i + lanes)));
            one.StoreUnsafe(ref target, (nuint)i);
            next.StoreUnsafe(ref target, (nuint)(i + lanes));
        }

        for (; i + lanes <= x.Length; i += lanes)
        {
            TOperation.Of(Vector512.LoadUnsafe(ref first, (nuint)i), Vector512.LoadUnsafe(ref second, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            Unsafe.Add(ref target, i) = TOperation.Of(Unsafe.Add(ref first, i), Unsafe.Add(ref second, i));
        }
    }

    /// <summary>z = x ∘ y with the same y for all; z may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z)
        where T : unmanaged, INumberBase<T>
    {
        z = z[..x.Length];
        ref T source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(z);
        Vector512<T> repeated = Vector512.Create(y);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= x.Length; i += lanes)
        {
            TOperation.Of(Vector512.LoadUnsafe(ref source, (nuint)i), repeated).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            Unsafe.Add(ref target, i) = TOperation.Of(Unsafe.Add(ref source, i), y);
        }
    }

    /// <summary>z = x ∘ y with the same x for all; z may be y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, INumberBase<T>
    {
        z = z[..y.Length];
        ref T source = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(z);
        Vector512<T> repeated = Vector512.Create(x);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= y.Length; i += lanes)
        {
            TOperation.Of(repeated, Vector512.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            Unsafe.Add(ref target, i) = TOperation.Of(x, Unsafe.Add(ref source, i));
        }
    }
}

/// <summary>x + y.</summary>
internal readonly struct Addition : IArithmetic
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IArithmetic.Of<T>(Vector512<T> x, Vector512<T> y) => x + y;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T IArithmetic.Of<T>(T x, T y) => x + y;
}

/// <summary>x − y.</summary>
internal readonly struct Subtraction : IArithmetic
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IArithmetic.Of<T>(Vector512<T> x, Vector512<T> y) => x - y;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T IArithmetic.Of<T>(T x, T y) => x - y;
}

/// <summary>x y.</summary>
internal readonly struct Multiplication : IArithmetic
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IArithmetic.Of<T>(Vector512<T> x, Vector512<T> y) => x * y;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T IArithmetic.Of<T>(T x, T y) => x * y;
}

/// <summary>x / y.</summary>
internal readonly struct Division : IArithmetic
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<T> IArithmetic.Of<T>(Vector512<T> x, Vector512<T> y) => x / y;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static T IArithmetic.Of<T>(T x, T y) => x / y;
}
