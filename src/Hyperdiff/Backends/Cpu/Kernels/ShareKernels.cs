using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Hyperdiff.Backends.Cpu.Tiles;

namespace Hyperdiff.Backends.Cpu.Kernels;

/// <summary>The tangent of a softmax or its logarithm, of x, its shares and the tangent of x: three passes over a row that stays in L1, of which only the last
/// writes.</summary>
internal sealed class ShareTangentKernel<T>(int length, bool ofLogarithm) : TileKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> x = tile.Read<T>(instruction.Sources[0]), p = tile.Read<T>(instruction.Sources[1]), v = tile.Read<T>(instruction.Sources[2]);
        Span<T> y = tile.Write<T>(instruction.Target);
        for (int first = 0; first < y.Length; first += length)
        {
            ReadOnlySpan<T> shares = p.Slice(first, length), tangent = v.Slice(first, length), row = x.Slice(first, length);
            T greatest = RowKernels.Greatest(row);
            T mean = PairwiseSum.Of<T, OfGreatest>(new OfGreatest(row, tangent, greatest), length) / RowKernels.Count(row, greatest);
            T sum = PairwiseSum.Of<T, Seen>(new Seen(shares, tangent, mean), length);
            Finish(shares, tangent, (mean, sum), y.Slice(first, length));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Finish(ReadOnlySpan<T> p, ReadOnlySpan<T> v, (T Mean, T Sum) subtracted, Span<T> y)
    {
        bool timesShares = !ofLogarithm;
        ref T shares = ref MemoryMarshal.GetReference(p), tangent = ref MemoryMarshal.GetReference(v), target = ref MemoryMarshal.GetReference(y);
        Vector512<T> means = Vector512.Create(subtracted.Mean), sums = Vector512.Create(subtracted.Sum);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= y.Length; i += lanes)
        {
            Vector512<T> seen = Vector512.LoadUnsafe(ref tangent, (nuint)i) - means - sums;
            (timesShares ? Vector512.LoadUnsafe(ref shares, (nuint)i) * seen : seen).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            T seen = v[i] - subtracted.Mean - subtracted.Sum;
            y[i] = timesShares ? p[i] * seen : seen;
        }
    }

    // v where x is the greatest, as a product with 1 or 0
    private readonly ref struct OfGreatest(ReadOnlySpan<T> x, ReadOnlySpan<T> v, T greatest) : ITerms<T>
    {
        private readonly ref T _x = ref MemoryMarshal.GetReference(x);
        private readonly ref T _v = ref MemoryMarshal.GetReference(v);
        private readonly T _greatest = greatest;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Vector(nuint i) => Vector512.LoadUnsafe(ref _v, i)
            * (Vector512.Equals(Vector512.LoadUnsafe(ref _x, i), Vector512.Create(_greatest)) & Vector512<T>.One);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Number(nuint i) => Unsafe.Add(ref _v, i) * (Unsafe.Add(ref _x, i) == _greatest ? T.One : T.Zero);
    }

    // p (v − mean)
    private readonly ref struct Seen(ReadOnlySpan<T> p, ReadOnlySpan<T> v, T mean) : ITerms<T>
    {
        private readonly ref T _p = ref MemoryMarshal.GetReference(p);
        private readonly ref T _v = ref MemoryMarshal.GetReference(v);
        private readonly T _mean = mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Vector(nuint i) => Vector512.LoadUnsafe(ref _p, i) * (Vector512.LoadUnsafe(ref _v, i) - Vector512.Create(_mean));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Number(nuint i) => Unsafe.Add(ref _p, i) * (Unsafe.Add(ref _v, i) - _mean);
    }
}

/// <summary>The transpose of the tangent of the logarithm, of x, its shares and the cotangent of the result, likewise.</summary>
internal sealed class ShareTransposeKernel<T>(int length) : TileKernel
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Run(in Tile tile, TileInstruction instruction)
    {
        ReadOnlySpan<T> x = tile.Read<T>(instruction.Sources[0]), p = tile.Read<T>(instruction.Sources[1]), v = tile.Read<T>(instruction.Sources[2]);
        Span<T> y = tile.Write<T>(instruction.Target);
        for (int first = 0; first < y.Length; first += length)
        {
            ReadOnlySpan<T> row = x.Slice(first, length), shares = p.Slice(first, length), cotangent = v.Slice(first, length);
            T greatest = RowKernels.Greatest(row), count = RowKernels.Count(row, greatest);
            T ofGreatest = PairwiseSum.Of<T, Chosen<Yes>>(new Chosen<Yes>(row, cotangent, greatest), length);
            T ofOthers = PairwiseSum.Of<T, Chosen<No>>(new Chosen<No>(row, cotangent, greatest), length);
            T others = PairwiseSum.Of<T, Chosen<No>>(new Chosen<No>(row, shares, greatest), length), sum = ofGreatest + ofOthers;
            var parts = new Parts(greatest, ofGreatest / count, sum, ((others * sum) - ofOthers) / count);
            Finish(new Operands(row, shares, cotangent), parts, y.Slice(first, length));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(Operands operands, Parts parts, Span<T> y)
    {
        ReadOnlySpan<T> x = operands.X, p = operands.P, v = operands.V;
        ref T source = ref MemoryMarshal.GetReference(x), shares = ref MemoryMarshal.GetReference(p), cotangent = ref MemoryMarshal.GetReference(v);
        ref T target = ref MemoryMarshal.GetReference(y);
        Vector512<T> greatest = Vector512.Create(parts.Greatest), mean = Vector512.Create(parts.Mean), rest = Vector512.Create(parts.Rest);
        Vector512<T> sum = Vector512.Create(parts.Sum);
        int lanes = Vector512<T>.Count, i = 0;
        for (; i + lanes <= y.Length; i += lanes)
        {
            Vector512<T> given = Vector512.LoadUnsafe(ref cotangent, (nuint)i);
            Vector512.ConditionalSelect(
                Vector512.Equals(Vector512.LoadUnsafe(ref source, (nuint)i), greatest),
                given - mean + rest,
                given - (Vector512.LoadUnsafe(ref shares, (nuint)i) * sum)).StoreUnsafe(ref target, (nuint)i);
        }

        for (; i < y.Length; i++)
        {
            y[i] = x[i] == parts.Greatest
                ? v[i] - parts.Mean + parts.Rest
                : v[i] - (p[i] * parts.Sum);
        }
    }

    // those of a row
    private readonly ref struct Operands(ReadOnlySpan<T> x, ReadOnlySpan<T> p, ReadOnlySpan<T> v)
    {
        public ReadOnlySpan<T> X { get; } = x;

        public ReadOnlySpan<T> P { get; } = p;

        public ReadOnlySpan<T> V { get; } = v;
    }

    // what there is one of for a row
    private readonly record struct Parts(T Greatest, T Mean, T Sum, T Rest);

    // v where x is the greatest, or where it is not, and 0 elsewhere
    private readonly ref struct Chosen<TGreatest>(ReadOnlySpan<T> x, ReadOnlySpan<T> v, T greatest) : ITerms<T>
        where TGreatest : struct, IFlag
    {
        private readonly ref T _x = ref MemoryMarshal.GetReference(x);
        private readonly ref T _v = ref MemoryMarshal.GetReference(v);
        private readonly T _greatest = greatest;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Vector(nuint i)
        {
            Vector512<T> attains = Vector512.Equals(Vector512.LoadUnsafe(ref _x, i), Vector512.Create(_greatest)), v = Vector512.LoadUnsafe(ref _v, i);
            return TGreatest.Value
                ? Vector512.ConditionalSelect(attains, v, Vector512<T>.Zero)
                : Vector512.ConditionalSelect(attains, Vector512<T>.Zero, v);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public T Number(nuint i) => (Unsafe.Add(ref _x, i) == _greatest) == TGreatest.Value ? Unsafe.Add(ref _v, i) : T.Zero;
    }
}
