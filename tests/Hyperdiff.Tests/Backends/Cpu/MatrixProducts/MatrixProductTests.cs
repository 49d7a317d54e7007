using System.Numerics;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

public sealed class MatrixProductTests : IDisposable
{
    // Around every edge: nothing, one, less and more than a vector, a register tile, a packed block and the limits of the direct kernels.
    private static readonly (int Rows, int Inner, int Columns)[] s_sizes =
    [
        (0, 3, 4), (3, 0, 4), (3, 4, 0), (1, 0, 1), (1, 1, 1), (2, 1, 2), (1, 7, 1), (1, 300, 1), (7, 1, 5), (3, 5, 7), (12, 8, 16), (13, 9, 17),
        (1, 37, 29), (1, 64, 700), (29, 37, 1), (600, 65, 1), (5, 1030, 1), (11, 100, 31), (24, 33, 64), (64, 64, 64), (67, 65, 63), (200, 3, 5), (4, 600, 300),
        (97, 101, 103), (100, 300, 129), (193, 257, 140), (1600, 20, 40),
    ];

    private readonly WorkerPool _pool = new(2);

    public static TheoryData<string> Names => Implementations.AsTheory;

    public void Dispose() => _pool.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_EverySizeAndTransposition_AgreesWithTripleLoop(string name)
    {
        int seed = 1;
        foreach ((int rows, int inner, int columns) in s_sizes)
        {
            for (int flags = 0; flags < 8; flags++)
            {
                ProductShape shape = new(rows, inner, columns)
                {
                    LeftTransposed = (flags & 1) != 0,
                    RightTransposed = (flags & 2) != 0,
                    Accumulate = (flags & 4) != 0,
                };
                Check<double>(name, shape, seed++);
                Check<float>(name, shape, seed++);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_RowsApart_WritesNoGap(string name)
    {
        int seed = 1001;
        foreach ((int rows, int inner, int columns) in s_sizes)
        {
            for (int flags = 0; flags < 4; flags++)
            {
                bool leftTransposed = (flags & 1) != 0, rightTransposed = (flags & 2) != 0;
                ProductShape shape = new(rows, inner, columns)
                {
                    LeftTransposed = leftTransposed,
                    RightTransposed = rightTransposed,
                    LeftStride = (leftTransposed ? rows : inner) + 3,
                    RightStride = (rightTransposed ? inner : columns) + 5,
                    ResultStride = columns + 2,
                };
                Check<double>(name, shape, seed++);
                Check<float>(name, shape with { Accumulate = true }, seed++);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_LargeProduct_AgreesWithTripleLoop(string name)
    {
        // More than one block of every dimension of the packed kernel.
        Check<double>(name, new ProductShape(40, 30, 2100) { RightTransposed = true }, 2001);
        Check<float>(name, new ProductShape(1700, 270, 50), 2002);
        Check<double>(name, new ProductShape(61, 800, 70) { LeftTransposed = true, Accumulate = true }, 2003);

        // rows of a tall matrix that are shared
        Check<double>(name, new ProductShape(37, 9001, 1) { LeftTransposed = true, Accumulate = true, ResultStride = 3 }, 2004);
        Check<float>(name, new ProductShape(1, 12_001, 29), 2005);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_Batch_AgreesWithTripleLoopPerItem(string name)
    {
        int seed = 3001;
        foreach ((int rows, int inner, int columns) in new[]
            {
                (3, 4, 5), (1, 6, 9), (8, 7, 1), (16, 16, 16), (70, 80, 90), (4, 0, 4),
                (1, 3, 1), (2, 1, 3), (4, 4, 4), (3, 2, 4), (2, 9, 4), (9000, 2, 2), (90, 2, 3), (90, 3, 2), (90, 3, 3),
            })
        {
            ProductShape dense = ProductShape.Batch(5, rows, inner, columns);
            ProductShape interleaved = dense with { ResultStride = 5 * columns, ResultBatchStep = columns };
            foreach (ProductShape shape in new[]
            {
                dense,
                dense with { BatchCount = 0 },
                dense with { Accumulate = true, LeftTransposed = true },
                dense with { LeftBatchStep = 0, RightTransposed = true },
                dense with { RightBatchStep = 0 },
                dense with { RightBatchStep = 0, LeftTransposed = true },
                interleaved,
            })
            {
                Check<double>(name, shape, seed++);
                Check<float>(name, shape, seed++);
            }
        }

        Check<double>(name, ProductShape.Batch(300, 20, 20, 20), seed);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_ZeroTimesNotFinite_IsNotANumber(string name)
    {
        foreach ((int rows, int inner, int columns) in new[] { (3, 5, 4), (1, 5, 40), (40, 5, 1), (120, 130, 140) })
        {
            foreach (double poison in new[] { double.NaN, double.PositiveInfinity })
            {
                ProductShape shape = new(rows, inner, columns);
                double[] left = new double[rows * inner], right = new double[inner * columns], result = new double[rows * columns];
                right[2 * columns] = poison;
                Implementations.Make(name, _pool).Multiply<double>(shape, left, right, result);

                for (int i = 0; i < result.Length; i++)
                {
                    Assert.Equal(i % columns == 0, double.IsNaN(result[i]));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_WithoutAccumulate_ForgetsWhatTheResultHeld(string name)
    {
        foreach ((int rows, int inner, int columns) in new[] { (3, 5, 4), (1, 5, 40), (40, 5, 1), (3, 0, 4), (120, 130, 140) })
        {
            double[] left = new double[rows * inner], right = new double[inner * columns], result = new double[rows * columns];
            Array.Fill(result, double.NaN);
            Implementations.Make(name, _pool).Multiply<double>(new ProductShape(rows, inner, columns), left, right, result);

            Assert.All(result, value => Assert.Equal(0, value));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_EveryThreadCount_GivesTheSameBits(string name)
    {
        int seed = 4001;
        foreach (ProductShape shape in new[]
        {
            new ProductShape(300, 310, 320),
            new ProductShape(1100, 513, 65) { LeftTransposed = true },
            new ProductShape(130, 600, 700) { RightTransposed = true, Accumulate = true },
            new ProductShape(3000, 60, 10),
            new ProductShape(6, 400, 3000),
            new ProductShape(700, 801, 1),
            new ProductShape(1, 803, 1503),
            new ProductShape(1300, 901, 1) { LeftTransposed = true, Accumulate = true },
            new ProductShape(31, 9001, 1) { LeftTransposed = true },
            ProductShape.Batch(200, 20, 21, 22),
        })
        {
            CheckBits<double>(name, shape, seed++);
            CheckBits<float>(name, shape, seed++);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_ConcurrentCallers_EachGetTheirOwnResult(string name)
    {
        MatrixProduct product = Implementations.Make(name, _pool);
        ProductCase<double>[] cases = [.. Enumerable.Range(0, 6).Select(i => new ProductCase<double>(new ProductShape(150 + i, 120, 110), 5001 + i))];
        double[][] expected = [.. cases.Select(c => c.Compute(product))];

        Parallel.For(0, 60, call => Assert.Equal(expected[call % cases.Length], cases[call % cases.Length].Compute(product)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_InSteadyState_AllocatesNothing(string name)
    {
        MatrixProduct product = Implementations.Make(name, _pool);
        ProductShape[] shapes =
        [
            new(20, 20, 20), new(300, 300, 300), new(500, 400, 1), new(1, 400, 500), new(400, 400, 1) { RightStride = 3 }, ProductShape.Batch(100, 30, 30, 30),
        ];
        ProductCase<double>[] cases = [.. shapes.Select((shape, i) => new ProductCase<double>(shape, 6001 + i))];
        void CallAll()
        {
            foreach (ProductCase<double> c in cases)
            {
                product.Multiply<double>(c.Shape, c.Left, c.Right, c.Initial);
            }
        }

        for (int warm = 0; warm < 50; warm++)
        {
            CallAll();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int call = 0; call < 20; call++)
        {
            CallAll();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Multiply_Misuse_ThrowsBeforeAnyWork()
    {
        MatrixProduct product = new ManagedMatrixProduct(_pool);
        double[] six = new double[6], four = new double[4];
        ProductShape shape = new(2, 3, 2);

        Assert.Contains("left", Assert.Throws<ArgumentException>(() => product.Multiply<double>(shape, new double[5], six, four)).Message,
            StringComparison.Ordinal);
        Assert.Contains("right", Assert.Throws<ArgumentException>(() => product.Multiply<double>(shape, six, new double[5], four)).Message,
            StringComparison.Ordinal);
        Assert.Contains("result", Assert.Throws<ArgumentException>(() => product.Multiply<double>(shape, six, six, new double[3])).Message,
            StringComparison.Ordinal);
        Assert.Contains("stride", Assert.Throws<ArgumentException>(() => product.Multiply<double>(shape with { LeftStride = 2 }, six, six, four)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => product.Multiply<double>(shape with { Rows = -1 }, six, six, four));
        Assert.Throws<ArgumentException>(() => product.Multiply<double>(shape with { BatchCount = 2 }, six, six, four));
        Assert.Throws<ArgumentException>(() => product.Multiply<double>(shape, six, six, six.AsSpan(0, 4)));
        Assert.Throws<NotSupportedException>(() => product.Multiply<Half>(shape, new Half[6], new Half[6], new Half[4]));
    }

    [NativeFact]
    public void Native_OnThisMachine_ObeysTheSameLaws() => Assert.Contains(Implementations.Native, Implementations.Names);

    private void Check<T>(string name, ProductShape shape, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ProductCase<T> product = new(shape, seed);
        product.AssertCorrect(product.Compute(Implementations.Make(name, _pool)));
    }

    private static void CheckBits<T>(string name, ProductShape shape, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ProductCase<T> product = new(shape, seed);
        T[] expected = product.Compute(Implementations.Make(name, WorkerPool.Inline));
        foreach (int threads in new[] { 2, 3, 8 })
        {
            using WorkerPool pool = new(threads);
            for (int repeat = 0; repeat < 3; repeat++)
            {
                Assert.Equal(expected, product.Compute(Implementations.Make(name, pool)));
            }
        }
    }
}
