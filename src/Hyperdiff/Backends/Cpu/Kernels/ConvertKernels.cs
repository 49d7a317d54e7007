using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Numbers of one floating type in the other: norms and sums of squares of float32 are computed in float64, at every update of a solve.</summary>
internal static class ConvertKernels
{
    private static readonly TileKernel s_widen = new Widening(), s_narrow = new Narrowing();

    /// <summary>The kernel between two element types; null if they are not the two floating ones.</summary>
    public static TileKernel? Find(DType operand, DType result) => (operand, result) switch
    {
        (DType.Float32, DType.Float64) => s_widen,
        (DType.Float64, DType.Float32) => s_narrow,
        _ => null,
    };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(ReadOnlySpan<float> x, Span<double> y)
    {
        y = y[..x.Length];
        ref float source = ref MemoryMarshal.GetReference(x);
        ref double target = ref MemoryMarshal.GetReference(y);
        int lanes = Vector512<float>.Count, i = 0;
        for (; i + lanes <= x.Length; i += lanes)
        {
            (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(Vector512.LoadUnsafe(ref source, (nuint)i));
            lower.StoreUnsafe(ref target, (nuint)i);
            upper.StoreUnsafe(ref target, (nuint)(i + (lanes / 2)));
        }

        for (; i < x.Length; i++)
        {
            y[i] = x[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(ReadOnlySpan<double> x, Span<float> y)
    {
        y = y[..x.Length];
        ref double source = ref MemoryMarshal.GetReference(x);
        ref float target = ref MemoryMarshal.GetReference(y);
        int lanes = Vector512<float>.Count, i = 0;
        for (; i + lanes <= x.Length; i += lanes)
        {
            Vector512.Narrow(Vector512.LoadUnsafe(ref source, (nuint)i), Vector512.LoadUnsafe(ref source, (nuint)(i + (lanes / 2))))
                .StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < x.Length; i++)
        {
            y[i] = (float)x[i];
        }
    }

    private sealed class Widening : TileKernel
    {
        // results are longer than operands
        public override bool WorksInPlace => false;

        public override void Run(in Tile tile, TileInstruction instruction) =>
            Widen(tile.Read<float>(instruction.Sources[0]), tile.Write<double>(instruction.Target));
    }

    private sealed class Narrowing : TileKernel
    {
        public override bool WorksInPlace => false;

        public override void Run(in Tile tile, TileInstruction instruction) =>
            Narrow(tile.Read<double>(instruction.Sources[0]), tile.Write<float>(instruction.Target));
    }
}
