using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Sums with coefficients from a table.</summary>
internal static class Polynomial
{
    /// <summary>The polynomial with these coefficients, that of the highest power first (Horner).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Of(double[] coefficients, Vector512<double> x)
    {
        ref double first = ref MemoryMarshal.GetArrayDataReference(coefficients);
        Vector512<double> sum = Vector512.Create(first);
        for (int i = 1; i < coefficients.Length; i++)
        {
            sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(Unsafe.Add(ref first, i)));
        }

        return sum;
    }

    /// <inheritdoc cref="Of(double[], Vector512{double})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Of(float[] coefficients, Vector512<float> x)
    {
        ref float first = ref MemoryMarshal.GetArrayDataReference(coefficients);
        Vector512<float> sum = Vector512.Create(first);
        for (int i = 1; i < coefficients.Length; i++)
        {
            sum = Vector512.FusedMultiplyAdd(sum, x, Vector512.Create(Unsafe.Add(ref first, i)));
        }

        return sum;
    }

    /// <summary>The sum of Chebyshev polynomials with these coefficients, that of the constant one first (Clenshaw's recurrence).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Chebyshev(double[] coefficients, Vector512<double> x)
    {
        ref double first = ref MemoryMarshal.GetArrayDataReference(coefficients);
        Vector512<double> next = Vector512<double>.Zero, current = next, twice = x + x;
        for (int i = coefficients.Length - 1; i > 0; i--)
        {
            Vector512<double> previous = Vector512.FusedMultiplyAdd(twice, current, Vector512.Create(Unsafe.Add(ref first, i)) - next);
            (next, current) = (current, previous);
        }

        return Vector512.FusedMultiplyAdd(x, current, Vector512.Create(first) - next);
    }
}
