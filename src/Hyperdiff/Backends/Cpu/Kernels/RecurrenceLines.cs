using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The recurrence along eight lines that lie one after the other, four elements of four lines at a time: turned, so that each lane carries a
/// line.</summary>
/// <typeparam name="T">The element type; what is carried is double.</typeparam>
/// <typeparam name="TSum">Whether every factor is 1, and left out.</typeparam>
/// <typeparam name="TReverse">Whether the lines are walked from their last elements.</typeparam>
internal static class RecurrenceLines<T, TSum, TReverse>
    where T : unmanaged, IFloatingPointIeee754<T>
    where TSum : struct, IFlag
    where TReverse : struct, IFlag
{
    private const int Four = 4;

    /// <summary>The lines that go together.</summary>
    public const int Lines = 2 * Four;

    /// <summary>Walks the lines; factors are not read where all are 1.</summary>
    /// <param name="a">The factors of the first line.</param>
    /// <param name="b">The terms.</param>
    /// <param name="z">The results.</param>
    /// <param name="size">The length of a line.</param>
    public static void Run(ref T a, ref T b, ref T z, int size)
    {
        // −0 leaves the first term as it is
        Vector256<double> upper = Vector256.Create(-0.0), lower = upper;
        int half = Four * size, block = 0, blocks = size / Four;
        for (; block < blocks; block++)
        {
            int at = TReverse.Value ? size - (Four * (block + 1)) : Four * block;
            upper = Block(ref Unsafe.Add(ref a, at), ref Unsafe.Add(ref b, at), ref Unsafe.Add(ref z, at), size, upper, block == 0);
            lower = Block(
                ref Unsafe.Add(ref a, at + half), ref Unsafe.Add(ref b, at + half), ref Unsafe.Add(ref z, at + half), size, lower, block == 0);
        }

        for (int line = 0; line < Lines; line++)
        {
            double value = line < Four ? upper[line] : lower[line - Four];
            for (int i = Four * blocks; i < size; i++)
            {
                int at = (line * size) + (TReverse.Value ? size - 1 - i : i);
                value = Next(ref a, ref b, ref z, at, value, i == 0);
            }
        }
    }

    /// <summary>One step of one line: the definition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Next(ref T a, ref T b, ref T z, int at, double value, bool isFirst)
    {
        double term = Wide(Unsafe.Add(ref b, at));
        value = isFirst ? term : TSum.Value ? value + term : (Wide(Unsafe.Add(ref a, at)) * value) + term;
        Unsafe.Add(ref z, at) = Narrow(value);
        return value;
    }

    /// <summary>The element as double; conversions between numbers of any type are no single instruction in generic code.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Wide(T number) => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(number) : Unsafe.BitCast<T, double>(number);

    /// <summary>The double as an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Narrow(double number) => typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>((float)number) : Unsafe.BitCast<double, T>(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Block(ref T a, ref T b, ref T z, int size, Vector256<double> carried, bool isFirst)
    {
        (Vector256<double> b0, Vector256<double> b1, Vector256<double> b2, Vector256<double> b3) = TurnedSquare.Turned(
            Load(ref b, 0), Load(ref b, size), Load(ref b, 2 * size), Load(ref b, 3 * size));
        Vector256<double> a0 = carried, a1 = carried, a2 = carried, a3 = carried;
        if (!TSum.Value)
        {
            (a0, a1, a2, a3) = TurnedSquare.Turned(Load(ref a, 0), Load(ref a, size), Load(ref a, 2 * size), Load(ref a, 3 * size));
            if (isFirst)
            {
                // the factor of the first element is of no account
                (a0, a3) = TReverse.Value ? (a0, Vector256<double>.One) : (Vector256<double>.One, a3);
            }
        }

        if (TReverse.Value)
        {
            carried = b3 = Step(a3, carried, b3);
            carried = b2 = Step(a2, carried, b2);
            carried = b1 = Step(a1, carried, b1);
            carried = b0 = Step(a0, carried, b0);
        }
        else
        {
            carried = b0 = Step(a0, carried, b0);
            carried = b1 = Step(a1, carried, b1);
            carried = b2 = Step(a2, carried, b2);
            carried = b3 = Step(a3, carried, b3);
        }

        (b0, b1, b2, b3) = TurnedSquare.Turned(b0, b1, b2, b3);
        Store(b0, ref z, 0);
        Store(b1, ref z, size);
        Store(b2, ref z, 2 * size);
        Store(b3, ref z, 3 * size);
        return carried;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Step(Vector256<double> factor, Vector256<double> carried, Vector256<double> term) =>
        TSum.Value ? carried + term : (factor * carried) + term;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Load(ref T source, int at) => typeof(T) == typeof(float)
        ? Avx.ConvertToVector256Double(Vector128.LoadUnsafe(ref source, (nuint)at).AsSingle())
        : Vector256.LoadUnsafe(ref source, (nuint)at).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<double> value, ref T target, int at)
    {
        if (typeof(T) == typeof(float))
        {
            Avx.ConvertToVector128Single(value).As<float, T>().StoreUnsafe(ref target, (nuint)at);
        }
        else
        {
            value.As<double, T>().StoreUnsafe(ref target, (nuint)at);
        }
    }
}
