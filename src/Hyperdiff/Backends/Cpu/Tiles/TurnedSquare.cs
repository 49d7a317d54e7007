using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hyperdiff.Backends.Cpu.Tiles;

/// <summary>Four rows of four elements as columns, in registers.</summary>
internal static unsafe class TurnedSquare
{
    /// <summary>The rows, and the columns.</summary>
    public const int Side = 4;

    /// <summary>Whether the processor has the instructions.</summary>
    public static bool IsSupported
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx.IsSupported;
    }

    /// <summary>Copies a square of doubles or floats: row i of the target is column i of the source.</summary>
    /// <param name="source">The first element of the source.</param>
    /// <param name="sourceStep">From a row of the source to the next.</param>
    /// <param name="target">The first element of the target.</param>
    /// <param name="targetStep">From a row of the target to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Copy<T>(T* source, nint sourceStep, T* target, nint targetStep)
        where T : unmanaged
    {
        if (sizeof(T) == sizeof(double))
        {
            double* from = (double*)source, to = (double*)target;
            (Vector256<double> row0, Vector256<double> row1, Vector256<double> row2, Vector256<double> row3) = Of(
                Vector256.Load(from), Vector256.Load(from + sourceStep), Vector256.Load(from + (2 * sourceStep)), Vector256.Load(from + (3 * sourceStep)));
            row0.Store(to);
            row1.Store(to + targetStep);
            row2.Store(to + (2 * targetStep));
            row3.Store(to + (3 * targetStep));
        }
        else
        {
            float* from = (float*)source, to = (float*)target;
            Vector128<float> row0 = Vector128.Load(from), row1 = Vector128.Load(from + sourceStep);
            Vector128<float> row2 = Vector128.Load(from + (2 * sourceStep)), row3 = Vector128.Load(from + (3 * sourceStep));
            Vector128<float> upperLeft = Sse.UnpackLow(row0, row1), upperRight = Sse.UnpackHigh(row0, row1);
            Vector128<float> lowerLeft = Sse.UnpackLow(row2, row3), lowerRight = Sse.UnpackHigh(row2, row3);
            Sse.MoveLowToHigh(upperLeft, lowerLeft).Store(to);
            Sse.MoveHighToLow(lowerLeft, upperLeft).Store(to + targetStep);
            Sse.MoveLowToHigh(upperRight, lowerRight).Store(to + (2 * targetStep));
            Sse.MoveHighToLow(lowerRight, upperRight).Store(to + (3 * targetStep));
        }
    }

    /// <summary>The columns of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<double> C0, Vector256<double> C1, Vector256<double> C2, Vector256<double> C3) Of(
        Vector256<double> row0, Vector256<double> row1, Vector256<double> row2, Vector256<double> row3)
    {
        const byte Lower = 0x20, Upper = 0x31;
        Vector256<double> even = Avx.UnpackLow(row0, row1), odd = Avx.UnpackHigh(row0, row1);
        Vector256<double> evenBelow = Avx.UnpackLow(row2, row3), oddBelow = Avx.UnpackHigh(row2, row3);
        return (Avx.Permute2x128(even, evenBelow, Lower), Avx.Permute2x128(odd, oddBelow, Lower),
            Avx.Permute2x128(even, evenBelow, Upper), Avx.Permute2x128(odd, oddBelow, Upper));
    }
}
