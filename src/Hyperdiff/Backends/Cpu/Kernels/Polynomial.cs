using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Sums with coefficients from a table: data of the program, not an array, of which each loop would ask whether it is there already.</summary>
internal static class Polynomial
{
    /// <summary>The polynomial with these coefficients, that of the highest power first (Horner).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(ReadOnlySpan<double> coefficients, Vector512<double> x)
    {
        ref double first = ref MemoryMarshal.GetReference(coefficients);
        Vector512<double> sum = Vector512.Create(first);
        for (int i = 1; i < coefficients.Length; i++)
        {
            sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(Unsafe.Add(ref first, i)));
        }

        return sum;
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{double}, Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(ReadOnlySpan<float> coefficients, Vector512<float> x)
    {
        ref float first = ref MemoryMarshal.GetReference(coefficients);
        Vector512<float> sum = Vector512.Create(first);
        for (int i = 1; i < coefficients.Length; i++)
        {
            sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(Unsafe.Add(ref first, i)));
        }

        return sum;
    }

    /// <summary>The sum of Chebyshev polynomials with these coefficients, that of the constant one first (Clenshaw's recurrence).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Chebyshev(ReadOnlySpan<double> coefficients, Vector512<double> x)
    {
        ref double first = ref MemoryMarshal.GetReference(coefficients);
        Vector512<double> next = Vector512<double>.Zero, current = next, twice = x + x;
        for (int i = coefficients.Length - 1; i > 0; i--)
        {
            Vector512<double> previous = Vector512.FusedMultiplyAdd(twice, current, Vector512.Create(Unsafe.Add(ref first, i)) - next);
            (next, current) = (current, previous);
        }

        return Vector512.FusedMultiplyAdd(x, current, Vector512.Create(first) - next);
    }
}
