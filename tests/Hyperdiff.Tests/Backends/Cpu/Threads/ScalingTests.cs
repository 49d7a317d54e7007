using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;
using Hyperdiff.Transforms;

namespace Hyperdiff.Tests.Backends.Cpu.Threads;

/// <summary>How work is cut for many threads, seen without them and without a clock: the pieces of a call, how even they are, and what each writes.</summary>
public sealed class ScalingTests
{
    private const int LineBytes = 64;

    // of p threads that take equal pieces, one has ⌈n/p⌉ of n: with two for each thread, two thirds of p are left at the worst, n = 2p + 1
    private const int EnoughPieces = 2 * 16;

    // 256 KiB of doubles, some twenty microseconds of a thread: what is smaller is not worth another one
    private const long LeastPiece = 1 << 15;

    private static readonly int[] s_threads = [1, 2, 4, 8, 16, 32, 64];

    public static TheoryData<string> Passes => new(s_passes.Keys);

    public static TheoryData<string> Moves => new(s_moves.Keys);

    public static TheoryData<int, int, int, int> Products => new()
    {
        // rows, inner size, columns, and the least number of pieces: as many as keep 16 threads busy, but for products of a fraction of a millisecond
        { 512, 1024, 512, EnoughPieces },
        { 2000, 500, 500, EnoughPieces },
        { 4096, 64, 64, 16 },
        { 256, 256, 256, 8 },
        { 256, 784, 128, 4 },
        { 784, 256, 128, 8 },
        { 256, 128, 128, 2 },
    };

    // one pass over a matrix each, by the problems of the benchmarks: the product with the Jacobian of a step, and its transpose where that is another
    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Function, Shape[] Shapes)> s_passes = new()
    {
        ["lr_1000x100"] = (Logistic, [[1000, 100], [1000], [100], [100]]),
        ["lr_10000x1000"] = (Logistic, [[10_000, 1000], [10_000], [1000], [1000]]),
        ["a vector of a million"] = (x => (x[0] * x[1]).Tanh() + x[0].Exp(), [[1_000_000], [1_000_000]]),
        ["tanh of activations"] = (x => (x[0] + x[1]).Tanh() * x[0].Exp(), [[4096, 256], [256]]),
        ["sums of columns"] = (x => (x[0] * x[0]).Tanh().Sum(0), [[4096, 256]]),
        ["sums of rows"] = (x => (x[0] * x[0]).Tanh().Sum(1), [[4096, 256]]),
        ["softmax of rows"] = (x => x[0].Softmax(-1), [[4096, 256]]),
        ["softmax of long rows"] = (x => x[0].Softmax(-1), [[512, 4096]]),
    };

    // what only moves or folds elements where they lie
    private static readonly Dictionary<string, (Func<Tensor[], Tensor> Function, Shape[] Shapes)> s_moves = new()
    {
        ["a matrix turned"] = (x => x[0].Transpose() + 0, [[2000, 3000]]),
        ["a wide matrix turned"] = (x => x[0].Transpose() + 0, [[200, 30_000]]),
        ["every second column"] = (x => x[0].Slice(1, 0, 3000, 2) + 0, [[2000, 3000]]),
        ["axes turned"] = (x => x[0].Permute(2, 0, 1) + 0, [[100, 200, 300]]),
        ["sums of an axis in the middle"] = (x => x[0].Sum(1), [[128, 500, 128]]),
        ["columns joined"] = (x => Tensor.Concat(1, x[0], x[1]), [[2000, 1500], [2000, 700]]),
        ["long vectors joined"] = (x => Tensor.Concat(0, x[0], x[1], x[0]), [[1_500_000], [700_000]]),
        ["rows taken"] = (x => x[0].TakeRows(x[1].ArgSort()), [[5000, 784], [5000]]),
    };

    private static Tensor Logistic(Tensor[] x) =>
        Diff.Hvp(w => Hyperdiff.Losses.BinaryCrossEntropyWithLogits(x[0].MatMul(w), (x[1] > 0).To(x[1].DType)), x[2], x[3]) + (0.1 * x[3]);

    [Theory]
    [MemberData(nameof(Passes))]
    [MemberData(nameof(Moves))]
    public void LargeWork_IsCutForSixteenThreads_WhoeverComesFirst(string name)
    {
        (Func<Tensor[], Tensor> function, Shape[] shapes) = s_passes.TryGetValue(name, out var pass) ? pass : s_moves[name];
        foreach (DType dtype in (DType[])[DType.Float64, DType.Float32])
        {
            Tensor[] operands = [.. shapes.Select((shape, i) => Draw.Normal(i + 1, shape, dtype))];
            Graph graph = Simplification.Of(TracedFunction.Of(x => [function(x)], operands).Graph);
            Tensor expected = CpuBackend.WithThreads(1, "managed").Compile(graph).Run(operands)[0];
            var forks = new List<int>();
            Tensor backwards = On(graph, operands, (tiles, _) =>
            {
                forks.Add(tiles);
                return Enumerable.Range(0, tiles).Reverse();
            });
            Tensor mixed = On(graph, operands, (tiles, _) => Enumerable.Range(0, tiles).OrderBy(tile => (tile * 7919L) % 104_729));

            BackendAssert.SameBits(expected, backwards);
            BackendAssert.SameBits(expected, mixed);

            // as large as the largest operand that is gone through once
            long work = shapes.Max(shape => shape.ElementCount);
            long least = Math.Min(EnoughPieces, work / LeastPiece);
            Assert.True(forks.Max() >= least, $"{name}, {dtype}: {work} elements in {forks.Max()} pieces, not {least}");
            foreach (int threads in s_threads.Where(threads => 2 * threads <= forks.Max()))
            {
                double speedup = Speedup([.. Enumerable.Repeat(1L, forks.Max())], threads);
                Assert.True(speedup >= threads * 2.0 / 3, $"{name}, {dtype}: {speedup} by {threads} threads");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Products))]
    public void Products_AreCutEvenly(int rows, int inner, int columns, int least)
    {
        double[] left = Draw.Normal(1, [rows, inner]).ToArray<double>(), right = Draw.Normal(2, [inner, columns]).ToArray<double>();
        double[] result = new double[rows * columns], before = new double[rows * columns];
        var calls = new List<List<long>>();
        using var pool = new WorkerPool(Watched);
        new ManagedMatrixProduct(pool).Multiply<double>(new ProductShape(rows, inner, columns), left, right, result);

        // what packs writes no result; the rest of the calls has a block of rows, columns or inner indices each
        calls.RemoveAll(pieces => pieces.Count == 0);
        Assert.Equal(0, calls.Sum(pieces => pieces.Sum()) % ((long)rows * columns));
        Assert.True(calls.Max(pieces => pieces.Count) >= least, $"{calls.Max(pieces => pieces.Count)} pieces");
        foreach (List<long> pieces in calls)
        {
            foreach (int threads in s_threads.Where(threads => threads <= pieces.Count))
            {
                double speedup = Speedup(pieces, threads);
                Assert.True(speedup >= Math.Min(threads, pieces.Count / 2.0) * 2 / 3, $"{string.Join(", ", pieces)}: {speedup} by {threads} threads");
            }
        }

        IEnumerable<int> Watched(Type work, int tiles)
        {
            var pieces = new List<long>();
            calls.Add(pieces);
            for (int tile = 0; tile < tiles; tile++)
            {
                result.CopyTo(before, 0);
                yield return tile;
                if (Changed(before, result, _ => { }) is > 0 and int written)
                {
                    pieces.Add(written);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Moves))]
    [InlineData("a vector of a million")]
    [InlineData("tanh of activations")]
    [InlineData("softmax of rows")]
    public void Pieces_ShareFewCacheLines(string name)
    {
        (Func<Tensor[], Tensor> function, Shape[] shapes) = s_passes.TryGetValue(name, out var pass) ? pass : s_moves[name];
        Tensor[] operands = [.. shapes.Select((shape, i) => Draw.Normal(i + 1, shape))];
        Graph graph = Simplification.Of(TracedFunction.Of(x => [function(x)], operands).Graph);
        Tensor result = CpuBackend.Instance.AllocateZeros(graph.OutputTypes[0]);
        double[] before = new double[result.Shape.ElementCount];

        // large tensors begin on a line
        int[] writers = new int[(before.Length * sizeof(double) / LineBytes) + 1];
        int most = 0;
        using var pool = new WorkerPool(Watched);
        CpuBackend.With(pool, "managed").Compile(graph).RunInto(operands, [result]);

        // a piece begins and ends within a line at the most: two lines of the hundreds that it writes
        int written = writers.Count(count => count > 0), shared = writers.Count(count => count > 1);
        Assert.True(most > 1, $"{name} is not cut");
        Assert.True(written >= before.Length * sizeof(double) / LineBytes / 2, $"{name}: {written} lines are seen to be written");
        Assert.True(shared <= most - 1 && shared <= written / 50, $"{name}: {shared} of {written} lines are written by more than one of {most} pieces");

        IEnumerable<int> Watched(Type work, int tiles)
        {
            for (int tile = 0; tile < tiles; tile++)
            {
                result.AsSpan<double>().CopyTo(before);
                yield return tile;
                int last = -1;
                Changed(before, result.AsSpan<double>(), i =>
                {
                    int line = i * sizeof(double) / LineBytes;
                    writers[line] += line != last ? 1 : 0;
                    last = line;
                });
            }

            most = Math.Max(most, tiles);
        }
    }

    // how many elements are other ones than before
    private static int Changed(ReadOnlySpan<double> before, ReadOnlySpan<double> after, Action<int> found)
    {
        int count = 0;
        for (int i = 0; i < after.Length; i++)
        {
            if (after[i] != before[i])
            {
                found(i);
                count++;
            }
        }

        return count;
    }

    private static Tensor On(Graph graph, Tensor[] operands, Func<int, Type, IEnumerable<int>> order)
    {
        using var pool = new WorkerPool((work, tiles) => order(tiles, work));
        return CpuBackend.With(pool, "managed").Compile(graph).Run(operands)[0];
    }

    // pieces in their order, each by the thread that is free first
    private static double Speedup(IReadOnlyList<long> pieces, int threads)
    {
        long[] ends = new long[threads];
        foreach (long piece in pieces)
        {
            ends[Array.IndexOf(ends, ends.Min())] += piece;
        }

        return pieces.Sum() / (double)ends.Max();
    }
}
