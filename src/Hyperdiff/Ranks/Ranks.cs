namespace Hyperdiff;

/// <summary>Processes, or threads of one, that run the same program, each on its own share of the samples: what they tell each other.</summary>
/// <remarks>
/// <para>Single program, multiple data: every rank computes the same w and λ, and makes the same calls in the same order; only the samples differ. What is
/// exchanged is numbers, and their lengths are checked.</para>
/// <para>A transport derives from this class and brings three exchanges of bytes (<see cref="AllGather"/>, <see cref="AllToAll"/>,
/// <see cref="Broadcast"/>). Sums are made of them here, in the order of the ranks: the same bits on every rank, and run to run.</para>
/// </remarks>
public abstract partial class Ranks : IDisposable
{
    /// <summary>The view that one rank has of all.</summary>
    /// <param name="rank">The number of this one, from 0.</param>
    /// <param name="count">How many there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such rank.</exception>
    protected Ranks(int rank, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, count);
        (Rank, Count) = (rank, count);
        _mine = GC.AllocateArray<byte>(RankHeader.Block, pinned: true);
        _all = GC.AllocateArray<byte>(count * RankHeader.Block, pinned: true);
    }

    /// <summary>The number of this rank, from 0.</summary>
    public int Rank { get; }

    /// <summary>How many ranks there are.</summary>
    public int Count { get; }

    /// <summary>What carries the exchanges, in messages and reports: <c>threads</c>, <c>Open MPI 5.0.7</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Which rank of how many, over what.</summary>
    public override string ToString() => $"rank {Rank} of {Count}, over {Name}";

    /// <summary>Ends the part of this rank.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Every rank gives bytes, and has those of all afterwards, in the order of the ranks.</summary>
    /// <param name="mine">What this rank gives: of the same length on every rank.</param>
    /// <param name="all">Where those of all go: <see cref="Count"/> times that length.</param>
    /// <exception cref="TimeoutException">The others did not come in time.</exception>
    protected abstract void AllGather(ReadOnlySpan<byte> mine, Span<byte> all);

    /// <summary>Every rank gives bytes to each other one: slice i of this rank's goes to rank i, where it is slice <see cref="Rank"/>.</summary>
    /// <param name="slices">One after the other, <see cref="Count"/> of the same length.</param>
    /// <param name="received">Where those for this rank go, in the order of the ranks: of the same length as the slices.</param>
    /// <exception cref="TimeoutException">The others did not come in time.</exception>
    protected abstract void AllToAll(ReadOnlySpan<byte> slices, Span<byte> received);

    /// <summary>Rank 0 gives bytes to all.</summary>
    /// <param name="bytes">What is given, on rank 0; where it goes, on the others: of the same length on every rank.</param>
    /// <exception cref="TimeoutException">The others did not come in time.</exception>
    protected abstract void Broadcast(Span<byte> bytes);

    /// <summary>Ends the part of this rank.</summary>
    /// <param name="disposing">Whether it is <see cref="Dispose()"/> that calls.</param>
    protected virtual void Dispose(bool disposing)
    {
    }
}
