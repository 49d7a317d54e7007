using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Powers of one number to many exponents, of which it has one logarithm: the bits are those of <see cref="PowerFunction"/>.</summary>
internal static class PowersOfNumber
{
    /// <summary>zᵢ = x to the power of yᵢ; z may be y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply<T>(T x, ReadOnlySpan<T> y, Span<T> z)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ref T source = ref MemoryMarshal.GetReference(y), target = ref MemoryMarshal.GetReference(z);
        Vector512<double> number = Vector512.Create(double.CreateTruncating(x));
        (Vector512<double>, Vector512<double>, Vector512<double>) logarithm = PowerFunction.Logarithm(number, typeof(T) == typeof(float));
        int lanes = Vector512<T>.Count, i = 0;
        if (typeof(T) == typeof(float) && Avx512F.IsSupported)
        {
            ref float from = ref Unsafe.As<T, float>(ref source), to = ref Unsafe.As<T, float>(ref target);
            for (; i + Halves.Lanes <= y.Length; i += Halves.Lanes)
            {
                Halves.Store(PowerFunction.Of(number, logarithm, Halves.Load(ref from, i), isSingle: true), ref to, i);
            }
        }

        for (; i + lanes <= y.Length; i += lanes)
        {
            Of(number, logarithm, Vector512.LoadUnsafe(ref source, (nuint)i)).StoreUnsafe(ref target, (nuint)i);
        }

        if (i < y.Length)
        {
            VectorMapOfTwo<InDoubleOfTwo<PowerFunction>>.Store(
                Of(number, logarithm, VectorMapOfTwo<InDoubleOfTwo<PowerFunction>>.Load(y[i..])), z[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Of<T>(
        Vector512<double> x, (Vector512<double>, Vector512<double>, Vector512<double>) logarithm, Vector512<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double))
        {
            return PowerFunction.Of(x, logarithm, y.AsDouble(), isSingle: false).As<double, T>();
        }

        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(y.AsSingle());
        return Vector512.Narrow(
            PowerFunction.Of(x, logarithm, lower, isSingle: true), PowerFunction.Of(x, logarithm, upper, isSingle: true)).As<float, T>();
    }
}
