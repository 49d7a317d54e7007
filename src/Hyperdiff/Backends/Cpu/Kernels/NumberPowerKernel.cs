using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>xᵖ for a number p, which stays a double where the elements are of single precision.</summary>
internal sealed class NumberPowerKernel<T>(double exponent) : TileKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int MostProducts = 64;

    // p, where products are faster, and more exact
    private readonly int _whole = exponent is >= 2 and <= MostProducts && exponent == Math.Floor(exponent) ? (int)exponent : 0;

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> x = tile.Read<T>(instruction.Sources[0]);
        Span<T> y = tile.Write<T>(instruction.Target);
        ref T source = ref MemoryMarshal.GetReference(x);
        ref T target = ref MemoryMarshal.GetReference(y);
        Vector512<double> power = Vector512.Create(exponent);
        int lanes = Vector512<T>.Count, i = 0;
        if (typeof(T) == typeof(float) && Avx512F.IsSupported)
        {
            ref float from = ref Unsafe.As<T, float>(ref source), to = ref Unsafe.As<T, float>(ref target);
            for (; i + Halves.Lanes <= x.Length; i += Halves.Lanes)
            {
                Halves.Store(PowerFunction.Of(Halves.Load(ref from, i), power, isSingle: true), ref to, i);
            }
        }

        for (; i + lanes <= x.Length; i += lanes)
        {
            Of(Vector512.LoadUnsafe(ref source, (nuint)i), power).StoreUnsafe(ref target, (nuint)i);
        }

        if (i < x.Length)
        {
            Span<T> rest = stackalloc T[lanes];
            rest.Fill(T.One);
            x[i..].CopyTo(rest);
            Of(Vector512.Create<T>(rest), power).CopyTo(rest);
            rest[..(x.Length - i)].CopyTo(y[i..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<T> Of(Vector512<T> x, Vector512<double> power)
    {
        if (typeof(T) == typeof(double))
        {
            return (_whole > 0 ? PowerFunction.OfWhole(x.AsDouble(), _whole) : PowerFunction.Of(x.AsDouble(), power, isSingle: false)).As<double, T>();
        }

        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(x.AsSingle());
        return Vector512.Narrow(PowerFunction.Of(lower, power, isSingle: true), PowerFunction.Of(upper, power, isSingle: true)).As<float, T>();
    }
}
