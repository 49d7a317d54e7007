namespace Hyperdiff;

/// <summary>How many samples each rank has: of all, in the order of the ranks, those of one stand together.</summary>
/// <param name="Ends">Behind which sample those of each rank end.</param>
internal sealed record RankShares(int[] Ends)
{
    /// <summary>n, how many there are.</summary>
    public int Total => Ends[^1];

    /// <summary>Shares whose sizes differ by one at most.</summary>
    /// <param name="samples">n.</param>
    /// <param name="ranks">The number of ranks.</param>
    /// <param name="what">What is shared out, for the message.</param>
    /// <exception cref="ArgumentException">There are more ranks than samples.</exception>
    public static RankShares Of(int samples, int ranks, string what) => samples >= ranks
        ? new RankShares([.. Enumerable.Range(1, ranks).Select(rank => (int)((long)samples * rank / ranks))])
        : throw new ArgumentException(
            $"{what} holds {samples} samples, and there are {ranks} ranks: one would have none. Start fewer ranks, or give more samples.");

    /// <summary>The shares that the ranks were given.</summary>
    /// <param name="ranks">The ranks, which tell each other.</param>
    /// <param name="samples">How many this one has.</param>
    /// <param name="what">What they are samples of, for the message.</param>
    /// <exception cref="ArgumentException">A rank has none.</exception>
    public static RankShares Gathered(Ranks ranks, int samples, string what)
    {
        long[] all = ranks.Gather(samples);
        int empty = Array.IndexOf(all, 0);
        if (empty >= 0)
        {
            throw new ArgumentException(
                $"{what}: rank {empty} of {ranks.Count} has no samples. Start no more ranks than there are samples, and give each a share.");
        }

        var ends = new int[all.Length];
        long sum = 0;
        for (int i = 0; i < ends.Length; i++)
        {
            ends[i] = checked((int)(sum += all[i]));
        }

        return new RankShares(ends);
    }

    /// <summary>Where the samples of a rank begin and end among all.</summary>
    public (int From, int To) Of(int rank) => (rank == 0 ? 0 : Ends[rank - 1], Ends[rank]);

    /// <summary>n_r/n.</summary>
    public double WeightOf(int rank)
    {
        (int from, int to) = Of(rank);
        return (to - from) / (double)Total;
    }
}
