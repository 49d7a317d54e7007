using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Applies a function that is computed in double precision to floats, with the bits of <see cref="InDouble{TFunction}"/>.</summary>
/// <remarks>As many floats go together as a vector holds doubles. Two vectors of doubles for one of floats need more registers than there are: powers of 1.28
/// million numbers took 2.8 or 4 to 6 ms from run to run that way, and take 2.3 to 2.9.</remarks>
internal static class InDoubleMap<TFunction>
    where TFunction : struct, IDoubleFunction
{
    /// <summary>y = f(x); y may be x.</summary>
    public static void Apply(ReadOnlySpan<float> x, Span<float> y)
    {
        int done = Avx512F.IsSupported ? Most(x, y) : 0;
        VectorMap<InDouble<TFunction>>.Apply(x[done..], y[done..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Most(ReadOnlySpan<float> x, Span<float> y)
    {
        ref float source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i + Halves.Lanes <= x.Length; i += Halves.Lanes)
        {
            Halves.Store(TFunction.Of(Halves.Load(ref source, i), isSingle: true), ref target, i);
        }

        return i;
    }
}

/// <summary>The same for functions of two numbers.</summary>
internal static class InDoubleMapOfTwo<TFunction>
    where TFunction : struct, IDoubleFunctionOfTwo
{
    /// <summary>z = f(x, y); z may be x or y.</summary>
    public static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z)
    {
        int done = Avx512F.IsSupported ? Most(x, y, z) : 0;
        VectorMapOfTwo<InDoubleOfTwo<TFunction>>.Apply(x[done..], y[done..], z[done..]);
    }

    /// <summary>z = f(x, y) with the same y for all; z may be x.</summary>
    public static void Apply(ReadOnlySpan<float> x, float y, Span<float> z)
    {
        int done = Avx512F.IsSupported ? Most(x, y, z) : 0;
        VectorMapOfTwo<InDoubleOfTwo<TFunction>>.Apply(x[done..], y, z[done..]);
    }

    /// <summary>z = f(x, y) with the same x for all; z may be y.</summary>
    public static void Apply(float x, ReadOnlySpan<float> y, Span<float> z)
    {
        int done = Avx512F.IsSupported ? Most(x, y, z) : 0;
        VectorMapOfTwo<InDoubleOfTwo<TFunction>>.Apply(x, y[done..], z[done..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Most(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<float> z)
    {
        ref float first = ref MemoryMarshal.GetReference(x), second = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(z);
        int i = 0;
        for (; i + Halves.Lanes <= x.Length; i += Halves.Lanes)
        {
            Halves.Store(TFunction.Of(Halves.Load(ref first, i), Halves.Load(ref second, i), isSingle: true), ref target, i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Most(ReadOnlySpan<float> x, float y, Span<float> z)
    {
        ref float source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(z);
        Vector512<double> repeated = Vector512.Create((double)y);
        int i = 0;
        for (; i + Halves.Lanes <= x.Length; i += Halves.Lanes)
        {
            Halves.Store(TFunction.Of(Halves.Load(ref source, i), repeated, isSingle: true), ref target, i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Most(float x, ReadOnlySpan<float> y, Span<float> z)
    {
        ref float source = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(z);
        Vector512<double> repeated = Vector512.Create((double)x);
        int i = 0;
        for (; i + Halves.Lanes <= y.Length; i += Halves.Lanes)
        {
            Halves.Store(TFunction.Of(repeated, Halves.Load(ref source, i), isSingle: true), ref target, i);
        }

        return i;
    }
}

/// <summary>Half a vector of floats as a vector of doubles; only where the processor has vectors of 512 bits.</summary>
internal static class Halves
{
    /// <summary>How many.</summary>
    public const int Lanes = 8;

    /// <summary>Floats as doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(ref float source, int at) => Avx512F.ConvertToVector512Double(Vector256.LoadUnsafe(ref source, (nuint)at));

    /// <summary>Doubles as floats, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> value, ref float target, int at) =>
        Avx512F.ConvertToVector256Single(value).StoreUnsafe(ref target, (nuint)at);
}
