using System.Numerics;
using System.Runtime.CompilerServices;
using Hyperdiff.Backends.Cpu;
using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;
using Hyperdiff.Graphs;
using Hyperdiff.Testing.Samples;

namespace Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

/// <summary>A product whose right factor recurs has the bits of one that never saw it before; another factor, or other numbers in the same memory, are never
/// mistaken for it.</summary>
public sealed class KeptPanelsTests : IDisposable
{
    // one block; several of the inner size; several of columns; a panel that is not full; a left factor that is read in place
    private static readonly (int Rows, int Inner, int Columns)[] s_sizes = [(130, 200, 150), (70, 600, 300), (64, 300, 2100), (200, 100, 171), (300, 260, 120)];

    private readonly WorkerPool _pool = new(2);

    public static TheoryData<string> Names => Implementations.AsTheory;

    public void Dispose() => _pool.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Multiply_OfARecurringFactor_HasTheBitsOfTheFirstTime(string name)
    {
        int seed = 8001;
        foreach ((int rows, int inner, int columns) in s_sizes)
        {
            for (int flags = 0; flags < 4; flags++)
            {
                var shape = new ProductShape(rows, inner, columns) { LeftTransposed = (flags & 1) != 0, RightTransposed = (flags & 2) != 0 };
                AssertSame<double>(name, shape, seed);
                AssertSame<float>(name, shape, seed++);
            }
        }
    }

    [Fact]
    public void Run_OfAPlan_KeepsNoNumbersOfAnotherFactor()
    {
        Tensor x = Draw.Normal(1, [128, 200]), first = Draw.Normal(2, [200, 160]), second = Draw.Normal(3, [200, 160]);
        IExecutable plan = PlanOfProduct(x, first);
        double[] ofFirst = Expected(first), ofSecond = Expected(second);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(ofFirst, Product(first));
        }

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(ofSecond, Product(second));
        }

        Assert.Equal(ofFirst, Product(first));

        // memory that is written to again
        Tensor memory = HostMemory.Allocate(first.Type);
        foreach ((Tensor content, double[] expected) in ((Tensor, double[])[])[(first, ofFirst), (first, ofFirst), (first, ofFirst), (second, ofSecond)])
        {
            memory.Overwrite(content);
            Assert.Equal(expected, Product(memory));
        }

        double[] Expected(Tensor factor) => [.. x.MatMul(factor).ToArray<double>()];
        double[] Product(Tensor factor) => plan.Run([x, factor])[0].ToArray<double>();
    }

    [Fact]
    public void Run_OfAPlan_HoldsOnToNoFactor()
    {
        Tensor x = Draw.Normal(1, [128, 200]);
        IExecutable plan = PlanOfProduct(x, Tensor.Zeros([200, 160]));
        WeakReference factor = RunTwice();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(factor.IsAlive);
        GC.KeepAlive(plan);

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference RunTwice()
        {
            Tensor weights = Draw.Normal(2, [200, 160]);
            plan.Run([x, weights]);
            plan.Run([x, weights]);
            return new WeakReference(weights.Storage);
        }
    }

    private static IExecutable PlanOfProduct(Tensor left, Tensor right) => CpuBackend.WithThreads(2, "managed").Compile(
        TracedFunction.Of(operands => [operands[0].MatMul(operands[1])], [left, right]).Graph);

    private void AssertSame<T>(string name, ProductShape shape, int seed)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        MatrixProduct product = Implementations.Make(name, _pool);
        var kept = new KeptPanels();
        foreach (ProductCase<T> problem in (ProductCase<T>[])[new(shape, seed), new(shape, seed + 1000)])
        {
            T[] expected = problem.Compute(product);
            TensorStorage matrix = Tensor.Wrap(problem.Right, [problem.Right.Length]).Storage;
            for (int call = 0; call < 4; call++)
            {
                kept.Bring(matrix);
                T[] actual = [.. problem.Initial];
                product.Multiply<T>(shape, problem.Left, problem.Right, actual, kept);
                Assert.True(expected.SequenceEqual(actual), $"{name}, {typeof(T).Name}, {shape}, seed {seed}, call {call}");
            }

            Assert.Equal(name != Implementations.Native, kept.IsPacked);
        }
    }
}
