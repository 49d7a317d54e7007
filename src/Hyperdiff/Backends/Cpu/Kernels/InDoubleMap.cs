using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Applies a function that is computed in double precision, to as many elements at a time as a vector holds doubles.</summary>
/// <remarks>
/// Two vectors of doubles for one of floats need more registers than there are. No vector lives across a call, as it would if the lanes beyond the range of
/// the function were computed within it: such a vector lies on the stack, across two cache lines in three of four processes, and sines of floats took 1.4 or
/// 3.6 ms. Nor is one handed over: what is called loads its own.
/// </remarks>
internal static class InDoubleMap<TFunction>
    where TFunction : struct, IDoubleFunction
{
    /// <summary>y = f(x); y may be x.</summary>
    [SkipLocalsInit]
    public static void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int done = Most(x, y);
        if (done < x.Length)
        {
            // the rest in a vector too, beside numbers that no function finds hard
            Span<T> rest = stackalloc T[Doubles.Lanes];
            rest.Fill(T.One);
            x[done..].CopyTo(rest);
            Most(rest, rest);
            rest[..(x.Length - done)].CopyTo(y[done..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Most<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(y);
        int i = 0;
        for (; i + Doubles.Lanes <= x.Length; i += Doubles.Lanes)
        {
            Vector512<double> lanes = Doubles.Load(ref source, i);
            if (TFunction.Holds(lanes))
            {
                Doubles.Store(TFunction.Of(lanes, typeof(T) == typeof(float)), ref target, i);
            }
            else
            {
                Mixed(ref source, ref target, i);
            }
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Mixed<T>(ref T source, ref T target, int at)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        Vector512<double> x = Doubles.Load(ref source, at), y = TFunction.Of(x, typeof(T) == typeof(float));
        for (int lane = 0; lane < Doubles.Lanes; lane++)
        {
            y = TFunction.Holds(Vector512.Create(x[lane])) ? y : y.WithElement(lane, TFunction.Beyond(x[lane], typeof(T) == typeof(float)));
        }

        Doubles.Store(y, ref target, at);
    }
}

/// <summary>The same for functions of two numbers.</summary>
internal static class InDoubleMapOfTwo<TFunction>
    where TFunction : struct, IDoubleFunctionOfTwo
{
    /// <summary>z = f(x, y); z may be x or y.</summary>
    public static void Apply<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T> => Apply<T, No, No>(x, y, z);

    /// <summary>z = f(x, y) with the same y for all; z may be x.</summary>
    public static void Apply<T>(ReadOnlySpan<T> x, T y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T> => Apply<T, No, Yes>(x, new ReadOnlySpan<T>(in y), z);

    /// <summary>z = f(x, y) with the same x for all; z may be y.</summary>
    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T> => Apply<T, Yes, No>(new ReadOnlySpan<T>(in x), y, z);

    [SkipLocalsInit]
    private static void Apply<T, TLeft, TRight>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLeft : struct, IFlag
        where TRight : struct, IFlag
    {
        int done = Most<T, TLeft, TRight>(x, y, z);
        if (done < z.Length)
        {
            Span<T> left = stackalloc T[Doubles.Lanes], right = stackalloc T[Doubles.Lanes];
            left.Fill(TLeft.Value ? x[0] : T.One);
            right.Fill(TRight.Value ? y[0] : T.One);
            (TLeft.Value ? [] : x[done..]).CopyTo(left);
            (TRight.Value ? [] : y[done..]).CopyTo(right);
            Most<T, No, No>(left, right, left);
            left[..(z.Length - done)].CopyTo(z[done..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Most<T, TLeft, TRight>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLeft : struct, IFlag
        where TRight : struct, IFlag
    {
        ref T first = ref MemoryMarshal.GetReference(x), second = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(z);
        int i = 0;
        for (; i + Doubles.Lanes <= z.Length; i += Doubles.Lanes)
        {
            Vector512<double> left = TLeft.Value ? Doubles.Repeat(first) : Doubles.Load(ref first, i);
            Vector512<double> right = TRight.Value ? Doubles.Repeat(second) : Doubles.Load(ref second, i);
            if (TFunction.Holds(left, right))
            {
                Doubles.Store(TFunction.Of(left, right, typeof(T) == typeof(float)), ref target, i);
            }
            else
            {
                Mixed<T, TLeft, TRight>(ref first, ref second, ref target, i);
            }
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Mixed<T, TLeft, TRight>(ref T first, ref T second, ref T target, int at)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TLeft : struct, IFlag
        where TRight : struct, IFlag
    {
        Vector512<double> x = TLeft.Value ? Doubles.Repeat(first) : Doubles.Load(ref first, at);
        Vector512<double> y = TRight.Value ? Doubles.Repeat(second) : Doubles.Load(ref second, at);
        Vector512<double> z = TFunction.Of(x, y, typeof(T) == typeof(float));
        for (int lane = 0; lane < Doubles.Lanes; lane++)
        {
            z = TFunction.Holds(Vector512.Create(x[lane]), Vector512.Create(y[lane])) ? z : z.WithElement(lane, TFunction.Beyond(x[lane], y[lane]));
        }

        Doubles.Store(z, ref target, at);
    }
}

/// <summary>Elements of either type as a vector of doubles.</summary>
internal static class Doubles
{
    /// <summary>How many.</summary>
    public const int Lanes = 8;

    /// <summary>Elements as doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load<T>(ref T source, int at)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            return Vector512.LoadUnsafe(ref source, (nuint)at).As<T, double>();
        }

        Vector256<float> half = Vector256.LoadUnsafe(ref source, (nuint)at).As<T, float>();
        return Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Double(half)
            : Vector512.Create(Vector256.WidenLower(half), Vector256.WidenUpper(half));
    }

    /// <summary>Doubles as elements, rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(Vector512<double> value, ref T target, int at)
        where T : unmanaged
    {
        if (typeof(T) == typeof(double))
        {
            value.As<double, T>().StoreUnsafe(ref target, (nuint)at);
            return;
        }

        Vector256<float> half = Avx512F.IsSupported ? Avx512F.ConvertToVector256Single(value) : Vector256.Narrow(value.GetLower(), value.GetUpper());
        half.As<float, T>().StoreUnsafe(ref target, (nuint)at);
    }

    /// <summary>An element in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Repeat<T>(T number)
        where T : unmanaged => Vector512.Create(typeof(T) == typeof(double) ? Unsafe.BitCast<T, double>(number) : Unsafe.BitCast<T, float>(number));
}
