using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>Adds up the products of two operands, with the bits of a sum of products that were written down.</summary>
/// <param name="partials">The slot that holds one number per chunk.</param>
/// <param name="result">The slot of the result.</param>
internal sealed class DotReduction<T>(int partials, int result) : ReduceAll<T, SumFold>(partials, result)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    protected override T Fold(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> x = tile.Read<T>(instruction.Sources[0]), y = tile.Read<T>(instruction.Sources[1]);
        return PairwiseSum.Of<T, Products>(new Products(x, y), tile.Length);
    }

    private readonly ref struct Products(ReadOnlySpan<T> x, ReadOnlySpan<T> y) : ITerms<T>
    {
        private readonly ref T _x = ref MemoryMarshal.GetReference(x);
        private readonly ref T _y = ref MemoryMarshal.GetReference(y);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Vector(nuint i) => Vector512.LoadUnsafe(ref _x, i) * Vector512.LoadUnsafe(ref _y, i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Number(nuint i) => Unsafe.Add(ref _x, i) * Unsafe.Add(ref _y, i);
    }
}

/// <summary>Adds up in <c>float64</c> the products of two operands in <c>float32</c>, which are exact: inner products and norms of solvers.</summary>
/// <param name="partials">The slot that holds one number per chunk.</param>
/// <param name="result">The slot of the result.</param>
internal sealed class WidenedDotReduction(int partials, int result) : ReduceAll<double, SumFold>(partials, result)
{
    /// <inheritdoc/>
    protected override double Fold(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<float> x = tile.Read<float>(instruction.Sources[0]), y = tile.Read<float>(instruction.Sources[1]);
        return PairwiseSum.Of<double, Products>(new Products(x, y), tile.Length);
    }

    private readonly ref struct Products(ReadOnlySpan<float> x, ReadOnlySpan<float> y) : ITerms<double>
    {
        private readonly ref float _x = ref MemoryMarshal.GetReference(x);
        private readonly ref float _y = ref MemoryMarshal.GetReference(y);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Vector(nuint i) => Widened(ref _x, i) * Widened(ref _y, i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Number(nuint i) => (double)Unsafe.Add(ref _x, i) * Unsafe.Add(ref _y, i);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<double> Widened(ref float x, nuint i) => Vector512.WidenLower(Vector256.LoadUnsafe(ref x, i).ToVector512Unsafe());
    }
}
