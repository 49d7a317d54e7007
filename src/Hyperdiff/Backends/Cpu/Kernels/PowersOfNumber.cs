using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Powers of one number to many exponents, of which it has one logarithm: the bits are those of <see cref="PowerFunction"/>.</summary>
internal static class PowersOfNumber
{
    /// <summary>zᵢ = x to the power of yᵢ; z may be y.</summary>
    [SkipLocalsInit]
    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int done = Most(x, y, z);
        if (done < y.Length)
        {
            Span<T> rest = stackalloc T[Doubles.Lanes];
            rest.Fill(T.One);
            y[done..].CopyTo(rest);
            Most(x, rest, rest);
            rest[..(y.Length - done)].CopyTo(z[done..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Most<T>(T x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(z);
        Vector512<double> number = Doubles.Repeat(x);
        (Vector512<double>, Vector512<double>, Vector512<double>) logarithm = PowerFunction.Logarithm(number, typeof(T) == typeof(float));
        int i = 0;
        for (; i + Doubles.Lanes <= y.Length; i += Doubles.Lanes)
        {
            Doubles.Store(PowerFunction.Of(number, logarithm, Doubles.Load(ref source, i), typeof(T) == typeof(float)), ref target, i);
        }

        return i;
    }
}
