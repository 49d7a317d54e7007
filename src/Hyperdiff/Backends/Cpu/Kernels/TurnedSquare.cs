using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Squares of eight by eight elements of four or eight bytes, or of four by four, turned within registers: every cache line of either side is touched
/// at one time, so it does not matter how many of them the cache would put in one place.</summary>
internal static class TurnedSquare
{
    /// <summary>Elements along a side.</summary>
    public const int Side = 2 * Half;

    /// <summary>Elements along a side of a small one.</summary>
    public const int Half = 4;

    private const byte Lower = 0x20;
    private const byte Upper = 0x31;

    /// <summary>Whether the processor can do so with elements of this type.</summary>
    public static bool Turns<T>()
        where T : unmanaged => Avx.IsSupported && Unsafe.SizeOf<T>() is sizeof(float) or sizeof(double);

    /// <summary>to[i, j] = from[j, i].</summary>
    /// <param name="from">The first element of the square that is read.</param>
    /// <param name="stride">How far its rows lie apart.</param>
    /// <param name="to">The first element of the square that is written.</param>
    /// <param name="columns">How far its rows lie apart.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Turn<T>(ref T from, int stride, ref T to, int columns)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() == sizeof(float))
        {
            Turn(ref Unsafe.As<T, float>(ref from), stride, ref Unsafe.As<T, float>(ref to), columns);
            return;
        }

        ref double source = ref Unsafe.As<T, double>(ref from), target = ref Unsafe.As<T, double>(ref to);
        for (int row = 0; row < Side; row += Half)
        {
            // both halves of a line of the source, one after the other
            for (int column = 0; column < Side; column += Half)
            {
                ref double first = ref Unsafe.Add(ref source, (row * stride) + column), written = ref Unsafe.Add(ref target, (column * columns) + row);
                (Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d) = Turned(
                    Vector256.LoadUnsafe(ref first), Vector256.LoadUnsafe(ref first, (nuint)stride), Vector256.LoadUnsafe(ref first, 2 * (nuint)stride),
                    Vector256.LoadUnsafe(ref first, 3 * (nuint)stride));
                a.StoreUnsafe(ref written);
                b.StoreUnsafe(ref written, (nuint)columns);
                c.StoreUnsafe(ref written, 2 * (nuint)columns);
                d.StoreUnsafe(ref written, 3 * (nuint)columns);
            }
        }
    }

    /// <summary>The same with four by four elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void TurnHalf<T>(T* from, nint stride, T* to, nint columns)
        where T : unmanaged
    {
        if (sizeof(T) == sizeof(double))
        {
            double* source = (double*)from, target = (double*)to;
            (Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d) = Turned(
                Vector256.Load(source), Vector256.Load(source + stride), Vector256.Load(source + (2 * stride)), Vector256.Load(source + (3 * stride)));
            a.Store(target);
            b.Store(target + columns);
            c.Store(target + (2 * columns));
            d.Store(target + (3 * columns));
        }
        else
        {
            float* source = (float*)from, target = (float*)to;
            Vector128<float> r0 = Vector128.Load(source), r1 = Vector128.Load(source + stride);
            Vector128<float> r2 = Vector128.Load(source + (2 * stride)), r3 = Vector128.Load(source + (3 * stride));
            Vector128<float> low = Sse.UnpackLow(r0, r1), high = Sse.UnpackHigh(r0, r1), lowBelow = Sse.UnpackLow(r2, r3), highBelow = Sse.UnpackHigh(r2, r3);
            Sse.MoveLowToHigh(low, lowBelow).Store(target);
            Sse.MoveHighToLow(lowBelow, low).Store(target + columns);
            Sse.MoveLowToHigh(high, highBelow).Store(target + (2 * columns));
            Sse.MoveHighToLow(highBelow, high).Store(target + (3 * columns));
        }
    }

    /// <summary>Rows of four as columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> C0, Vector256<double> C1, Vector256<double> C2, Vector256<double> C3) Turned(
        Vector256<double> r0, Vector256<double> r1, Vector256<double> r2, Vector256<double> r3)
    {
        Vector256<double> even = Avx.UnpackLow(r0, r1), odd = Avx.UnpackHigh(r0, r1), evenBelow = Avx.UnpackLow(r2, r3), oddBelow = Avx.UnpackHigh(r2, r3);
        return (Avx.Permute2x128(even, evenBelow, Lower), Avx.Permute2x128(odd, oddBelow, Lower),
            Avx.Permute2x128(even, evenBelow, Upper), Avx.Permute2x128(odd, oddBelow, Upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(ref float from, int stride, ref float to, int columns)
    {
        // of four rows each, columns 0 and 4, 1 and 5, 2 and 6, 3 and 7
        var above = Quarters(ref from, stride);
        var below = Quarters(ref Unsafe.Add(ref from, Half * stride), stride);
        ref float second = ref Unsafe.Add(ref to, Half * columns);
        Avx.Permute2x128(above.C0, below.C0, Lower).StoreUnsafe(ref to);
        Avx.Permute2x128(above.C1, below.C1, Lower).StoreUnsafe(ref to, (nuint)columns);
        Avx.Permute2x128(above.C2, below.C2, Lower).StoreUnsafe(ref to, 2 * (nuint)columns);
        Avx.Permute2x128(above.C3, below.C3, Lower).StoreUnsafe(ref to, 3 * (nuint)columns);
        Avx.Permute2x128(above.C0, below.C0, Upper).StoreUnsafe(ref second);
        Avx.Permute2x128(above.C1, below.C1, Upper).StoreUnsafe(ref second, (nuint)columns);
        Avx.Permute2x128(above.C2, below.C2, Upper).StoreUnsafe(ref second, 2 * (nuint)columns);
        Avx.Permute2x128(above.C3, below.C3, Upper).StoreUnsafe(ref second, 3 * (nuint)columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> C0, Vector256<float> C1, Vector256<float> C2, Vector256<float> C3) Quarters(ref float from, int stride)
    {
        const byte First = 0x44, Last = 0xEE;
        Vector256<float> r0 = Vector256.LoadUnsafe(ref from), r1 = Vector256.LoadUnsafe(ref from, (nuint)stride);
        Vector256<float> r2 = Vector256.LoadUnsafe(ref from, 2 * (nuint)stride), r3 = Vector256.LoadUnsafe(ref from, 3 * (nuint)stride);
        Vector256<float> low = Avx.UnpackLow(r0, r1), high = Avx.UnpackHigh(r0, r1), lowBelow = Avx.UnpackLow(r2, r3), highBelow = Avx.UnpackHigh(r2, r3);
        return (Avx.Shuffle(low, lowBelow, First), Avx.Shuffle(low, lowBelow, Last), Avx.Shuffle(high, highBelow, First), Avx.Shuffle(high, highBelow, Last));
    }
}
