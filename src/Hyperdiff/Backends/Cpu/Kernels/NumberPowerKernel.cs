using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> x = tile.Read<T>(instruction.Sources[0]);
        Span<T> y = tile.Write<T>(instruction.Target);
        int done = Most(x, y);
        if (done < x.Length)
        {
            Span<T> rest = stackalloc T[Doubles.Lanes];
            rest.Fill(T.One);
            x[done..].CopyTo(rest);
            Most(rest, rest);
            rest[..(x.Length - done)].CopyTo(y[done..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Most(ReadOnlySpan<T> x, Span<T> y)
    {
        ref T source = ref MemoryMarshal.GetReference(x), target = ref MemoryMarshal.GetReference(y);
        Vector512<double> power = Vector512.Create(exponent);
        int i = 0;
        for (; typeof(T) == typeof(double) && _whole > 0 && i + Doubles.Lanes <= x.Length; i += Doubles.Lanes)
        {
            Doubles.Store(PowerFunction.OfWhole(Doubles.Load(ref source, i), _whole), ref target, i);
        }

        for (; i + Doubles.Lanes <= x.Length; i += Doubles.Lanes)
        {
            Doubles.Store(PowerFunction.Of(Doubles.Load(ref source, i), power, typeof(T) == typeof(float)), ref target, i);
        }

        return i;
    }
}
