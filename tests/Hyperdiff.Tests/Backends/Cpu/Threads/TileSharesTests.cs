using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Tests.Backends.Cpu.Threads;

/// <summary>Tiles that are dealt out are taken once each, a thread's own ones first and in order; the first is the owner's from the start.</summary>
public sealed class TileSharesTests
{
    [Theory]
    [InlineData(10, 2, 0, new[] { 1, 2, 3, 4, 9, 8, 7, 6, 5 })]
    [InlineData(10, 2, 1, new[] { 5, 6, 7, 8, 9, 4, 3, 2, 1 })]
    [InlineData(7, 3, 1, new[] { 2, 3, 6, 5, 4, 1 })]
    [InlineData(3, 8, 0, new[] { 1, 2 })]
    [InlineData(3, 8, 2, new[] { 2, 1 })]
    [InlineData(3, 8, 5, new[] { 1, 2 })]
    public void AThread_TakesItsOwnTilesInOrder_ThenTheLastOnesOfOthers(int tiles, int threads, int thread, int[] order)
    {
        TileShares shares = new(threads);
        Deal(shares, tiles);

        Assert.True(shares.Any);
        Assert.Equal(order, TakeAll(shares, thread));
        Assert.False(shares.Any);
    }

    [Fact]
    public void TheOnlyTile_IsTheOwners()
    {
        TileShares shares = new(threads: 1);
        Deal(shares, tiles: 1);

        Assert.False(shares.Any);
    }

    [Fact]
    public void SharesThatAreDealtAgain_KeepNothingOfTheCallBefore()
    {
        TileShares shares = new(threads: 4);
        Deal(shares, tiles: 9);
        Assert.Equal(8, TakeAll(shares, thread: 2).Count);
        Deal(shares, tiles: 2);

        Assert.Equal([1], TakeAll(shares, thread: 0));

        Deal(shares, tiles: 100);
        Assert.Equal(Enumerable.Range(1, 99), TakeAll(shares, thread: 3).Order());
    }

    [Fact]
    public void EveryShare_SaysWhatToExecute()
    {
        TileShares shares = new(threads: 3);
        foreach (var dealt in new[] { new TileCall(1, 2), new TileCall(3, 4) })
        {
            shares.Deal(6, dealt);
            while (shares.TryTake(thread: 1, out TileCall call, out _))
            {
                Assert.Equal(dealt, call);
            }
        }
    }

    [Fact]
    public void SharesThatNobodyDealtOut_AreEmpty() => Assert.False(new TileShares(threads: 4).Any);

    [Fact]
    public void SharesThatAreCleared_AreEmpty_AndSayHowManyTilesThereWere()
    {
        TileShares shares = new(threads: 4);
        Deal(shares, tiles: 9);
        Assert.True(shares.TryTake(thread: 3, out _, out _));

        Assert.Equal(7, shares.Clear());
        Assert.False(shares.Any);
        Assert.False(shares.TryTake(thread: 3, out _, out _));
        Assert.Equal(0, shares.Clear());
    }

    [Fact]
    public void TilesThatAreDone_AreCountedOverAllCalls()
    {
        TileShares shares = new(threads: 3);
        shares.Count(thread: 1, tiles: 5);
        shares.Count(thread: 2, tiles: 1);
        Deal(shares, tiles: 9);
        shares.Count(thread: 1, tiles: 2);

        Assert.Equal(8, shares.DoneByWorkers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void ThreadsThatComeAtOnce_TakeEveryTileOnce(int threads)
    {
        const int Tiles = 20_000;
        TileShares shares = new(threads);
        Deal(shares, Tiles);
        int[] taken = new int[Tiles];
        Thread[] all =
        [
            .. Enumerable.Range(0, threads).Select(thread => new Thread(() =>
            {
                while (shares.TryTake(thread, out _, out int tile))
                {
                    Interlocked.Increment(ref taken[tile]);
                }
            })),
        ];
        Array.ForEach(all, thread => thread.Start());
        Array.ForEach(all, thread => thread.Join());

        Assert.Equal(0, taken[0]);
        Assert.All(taken.Skip(1), times => Assert.Equal(1, times));
    }

    private static void Deal(TileShares shares, int tiles) => shares.Deal(tiles, default);

    private static List<int> TakeAll(TileShares shares, int thread)
    {
        List<int> order = [];
        while (shares.TryTake(thread, out _, out int tile))
        {
            order.Add(tile);
        }

        return order;
    }
}
