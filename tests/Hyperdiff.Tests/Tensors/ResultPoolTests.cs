using System.Runtime.CompilerServices;

namespace Hyperdiff.Tests.Tensors;

public sealed class ResultPoolTests
{
    // of no other test
    private const int Length = (1 << 17) + 1;

    [Fact]
    public void Rent_AfterTheArrayIsUnreachable_GivesItAgain()
    {
        // a collection of another test may take what waits here
        bool isGivenAgain = false;
        for (int round = 0; round < 10 && !isGivenAgain; round++)
        {
            var before = Enumerable.Range(0, 8).Select(_ => Identity()).ToHashSet();
            Collect();
            isGivenAgain = before.Contains(Identity());
        }

        Assert.True(isGivenAgain);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static int Identity() => RuntimeHelpers.GetHashCode(ResultPool.Rent<double>(Length));
    }

    /// <summary>Of 2 GiB and more, whose bytes are more than an <see cref="int"/> counts: the memory is reserved, and none of it touched.</summary>
    [Fact]
    public void Rent_OfMoreBytesThanAnIntegerCounts_GivesThem()
    {
        Assert.Equal((1 << 28) + 1, Given());

        // other tests have what may be guarded
        Collect();

        [MethodImpl(MethodImplOptions.NoInlining)]
        static int Given() => ResultPool.Rent<double>((1 << 28) + 1).Length;
    }

    [Fact]
    public void Rent_WhileAnythingReachesAnArray_GivesAnother()
    {
        Tensor x = Tensor.From(new double[Length]) + 1;
        HostArray window = (x + 1).Read();
        Tensor part = (x + 2)[10..20];
        ReadOnlySpan<double> span = (x + 3).Read().AsSpan<double>();
        ref readonly double element = ref (x + 4).Read().AsSpan<double>()[Length - 1];
        for (int round = 0; round < 6; round++)
        {
            Collect();
            Overwrite(x);
        }

        Assert.Equal(2, window.AsSpan<double>()[^1]);
        Assert.Equal(3, part[9].ToScalar());
        Assert.Equal(4, span[0]);
        Assert.Equal(5, element);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Overwrite(Tensor x)
        {
            for (int i = 0; i < 10; i++)
            {
                _ = x * -7;
            }
        }
    }

    [Fact]
    public void Rent_ByManyThreadsWhileArraysDie_NeverGivesOneTwice()
    {
        Tensor x = Tensor.From(new double[Length]);
        Parallel.For(0, 4, worker =>
        {
            var random = new Random(worker);
            var kept = new Dictionary<int, Tensor>();
            for (int i = 0; i < 300; i++)
            {
                kept[random.Next(6)] = x + ((worker * 1000) + i);
                (int slot, Tensor tensor) = kept.ElementAt(random.Next(kept.Count));
                double expected = tensor[0].ToScalar();
                Assert.Equal(expected, tensor[Length - 1].ToScalar());
                Assert.Equal(worker, (int)expected / 1000);
                if (i % 50 == 0)
                {
                    GC.Collect();
                }
            }
        });
    }

    [Fact]
    public void Waiting_AfterTwoCollections_IsGivenUp()
    {
        Make();
        Collect();
        Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Make();
        Collect();
        Collect();
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 10L * sizeof(double) * Length);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Make()
        {
            for (int i = 0; i < 20; i++)
            {
                ResultPool.Rent<double>(Length);
            }
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
