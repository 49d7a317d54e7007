using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Tests.Backends.Cpu.Threads;

/// <summary>Tiles that are dealt out are taken once each, a thread's own ones first and in order.</summary>
public sealed class TileSharesTests
{
    [Theory]
    [InlineData(10, 2, 0, new[] { 0, 1, 2, 3, 4, 9, 8, 7, 6, 5 })]
    [InlineData(10, 2, 1, new[] { 5, 6, 7, 8, 9, 4, 3, 2, 1, 0 })]
    [InlineData(7, 3, 1, new[] { 2, 3, 6, 5, 4, 1, 0 })]
    [InlineData(3, 8, 0, new[] { 0, 1, 2 })]
    [InlineData(3, 8, 5, new[] { 2, 0, 1 })]
    [InlineData(1, 1, 0, new[] { 0 })]
    public void AThread_TakesItsOwnTilesInOrder_ThenTheLastOnesOfOthers(int tiles, int threads, int thread, int[] order)
    {
        TileShares shares = new(threads);
        shares.Deal(tiles);

        Assert.True(shares.Any);
        Assert.Equal(order, TakeAll(shares, thread));
        Assert.False(shares.Any);
    }

    [Fact]
    public void SharesThatAreDealtAgain_KeepNothingOfTheCallBefore()
    {
        TileShares shares = new(threads: 4);
        shares.Deal(tiles: 9);
        Assert.True(shares.TryTake(thread: 2, out _));
        shares.Deal(tiles: 2);

        Assert.Equal([0, 1], TakeAll(shares, thread: 0));

        shares.Deal(tiles: 100);
        Assert.Equal(Enumerable.Range(0, 100), TakeAll(shares, thread: 3).Order());
    }

    [Fact]
    public void SharesThatNobodyDealtOut_AreEmpty() => Assert.False(new TileShares(threads: 4).Any);

    [Fact]
    public void SharesThatAreCleared_AreEmpty()
    {
        TileShares shares = new(threads: 4);
        shares.Deal(tiles: 9);
        shares.Clear();

        Assert.False(shares.Any);
        Assert.False(shares.TryTake(thread: 3, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void ThreadsThatComeAtOnce_TakeEveryTileOnce(int threads)
    {
        const int Tiles = 20_000;
        TileShares shares = new(threads);
        shares.Deal(Tiles);
        int[] taken = new int[Tiles];
        Thread[] all =
        [
            .. Enumerable.Range(0, threads).Select(thread => new Thread(() =>
            {
                while (shares.TryTake(thread, out int tile))
                {
                    Interlocked.Increment(ref taken[tile]);
                }
            })),
        ];
        Array.ForEach(all, thread => thread.Start());
        Array.ForEach(all, thread => thread.Join());

        Assert.All(taken, times => Assert.Equal(1, times));
    }

    private static List<int> TakeAll(TileShares shares, int thread)
    {
        List<int> order = [];
        while (shares.TryTake(thread, out int tile))
        {
            order.Add(tile);
        }

        return order;
    }
}
