using System.Collections.Concurrent;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Tests.Backends.Cpu.Threads;

public sealed class WorkerPoolTests
{
    private readonly struct Count(int[] counts) : ITileWork
    {
        public void Execute(int tile) => Interlocked.Increment(ref counts[tile]);
    }

    private readonly struct FailAt(int failing, int[] counts) : ITileWork
    {
        public void Execute(int tile)
        {
            if (tile == failing)
            {
                throw new InvalidDataException("tile failed");
            }

            Interlocked.Increment(ref counts[tile]);
        }
    }

    private readonly struct Nest(WorkerPool pool, int[][] counts) : ITileWork
    {
        public void Execute(int tile) => pool.Run(counts[tile].Length, new Count(counts[tile]));
    }

    // how many tiles run at the same time at the most, and on which threads
    private readonly struct CountThreads(int[] running, ConcurrentDictionary<int, bool> threads) : ITileWork
    {
        public void Execute(int tile)
        {
            int now = Interlocked.Increment(ref running[0]);
            for (int most = Volatile.Read(ref running[1]); now > most;)
            {
                most = Interlocked.CompareExchange(ref running[1], now, most) is var seen && seen == most ? now : seen;
            }

            threads[Environment.CurrentManagedThreadId] = true;
            Thread.SpinWait(200);
            Interlocked.Decrement(ref running[0]);
        }
    }

    private readonly struct MeetOthers(Barrier barrier) : ITileWork
    {
        public void Execute(int tile) => Assert.True(barrier.SignalAndWait(TimeSpan.FromSeconds(60)), "the tiles did not run at the same time");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Run_AnyTileCount_ExecutesEachTileOnce(int threads)
    {
        using WorkerPool pool = new(threads);
        foreach (int tiles in new[] { 0, 1, 2, 3, 100, 5000 })
        {
            int[] counts = new int[tiles];
            pool.Run(tiles, new Count(counts));
            Assert.All(counts, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Run_AsManyTilesAsThreads_RunsThemAtTheSameTime()
    {
        using WorkerPool pool = new(4);
        using Barrier barrier = new(4);
        for (int repeat = 0; repeat < 20; repeat++)
        {
            pool.Run(4, new MeetOthers(barrier));
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 5)]
    [InlineData(4, 0)]
    [InlineData(4, 63)]
    public void Run_TileThrows_RethrowsAndStaysUsable(int threads, int failing)
    {
        using WorkerPool pool = new(threads);
        for (int repeat = 0; repeat < 50; repeat++)
        {
            int[] counts = new int[64];
            Assert.Equal("tile failed", Assert.Throws<InvalidDataException>(() => pool.Run(64, new FailAt(failing, counts))).Message);
            Assert.All(counts, count => Assert.InRange(count, 0, 1));
            Assert.Equal(0, counts[failing]);
        }

        int[] after = new int[64];
        pool.Run(64, new Count(after));
        Assert.All(after, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Run_Nested_ExecutesEveryInnerTileOnce()
    {
        using WorkerPool pool = new(3);
        for (int repeat = 0; repeat < 50; repeat++)
        {
            int[][] counts = [.. Enumerable.Range(0, 40).Select(i => new int[i])];
            pool.Run(counts.Length, new Nest(pool, counts));
            Assert.All(counts, inner => Assert.All(inner, count => Assert.Equal(1, count)));
        }
    }

    // two calls after each other may have the same tiles: a worker that is late must not run one of the first as one of the second
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_ManyShortCallsInSequence_ExecutesTheTilesOfEachOnce_AndNoneLater(int threads)
    {
        using WorkerPool pool = new(threads);
        int[][] counts = [.. Enumerable.Range(0, 50_000).Select(call => new int[2 + (call % 4)])];
        foreach (int[] own in counts)
        {
            pool.Run(own.Length, new Count(own));
            Assert.All(own, count => Assert.Equal(1, count));
        }

        Assert.All(counts, own => Assert.All(own, count => Assert.Equal(1, count)));
    }

    [Fact]
    public void Run_MoreConcurrentCallersThanSharedCalls_ExecutesEveryTileOnce()
    {
        using WorkerPool pool = new(3);
        Thread[] callers =
        [
            .. Enumerable.Range(0, 24).Select(_ => new Thread(() =>
            {
                for (int repeat = 0; repeat < 200; repeat++)
                {
                    int[] counts = new int[17];
                    pool.Run(counts.Length, new Count(counts));
                    Assert.All(counts, count => Assert.Equal(1, count));
                }
            })),
        ];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());
    }

    [Fact]
    public void Run_FromAsManyThreadsAsWorkOnACall_StartsNoMoreForEach()
    {
        const int Threads = 6;
        using WorkerPool pool = new(Threads);
        int[] running = new int[2];
        var threads = new ConcurrentDictionary<int, bool>();
        Thread[] callers =
        [
            .. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
            {
                for (int repeat = 0; repeat < 100; repeat++)
                {
                    pool.Run(40, new CountThreads(running, threads));
                }
            })),
        ];
        Array.ForEach(callers, caller => caller.Start());
        Array.ForEach(callers, caller => caller.Join());

        // each caller, and the workers of one: not those of each
        Assert.InRange(threads.Count, Threads, (2 * Threads) - 1);
        Assert.InRange(running[1], 1, (2 * Threads) - 1);
    }

    [Fact]
    public void Run_AfterWorkersSlept_WakesThem()
    {
        using WorkerPool pool = new(2);
        using Barrier barrier = new(2);
        for (int repeat = 0; repeat < 5; repeat++)
        {
            pool.Run(2, new MeetOthers(barrier));
            Thread.Sleep(20);
        }
    }

    [Fact]
    public void Run_InSteadyState_AllocatesNothing()
    {
        using WorkerPool pool = new(4);
        Count work = new(new int[50]);
        for (int warm = 0; warm < 500; warm++)
        {
            pool.Run(50, work);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int call = 0; call < 500; call++)
        {
            pool.Run(50, work);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Run_DisposedOrNegative_Throws()
    {
        WorkerPool pool = new(2);
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Run(-1, new Count([])));
        pool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => pool.Run(2, new Count(new int[2])));
    }
}
