using System.Diagnostics;

namespace Hyperdiff.Benchmarks.Scaling;

/// <summary>What a call takes that all ranks make together.</summary>
/// <param name="Seconds">The least time of rank 0: others, as the machine had other work to do, say little of ranks that wait for each other.</param>
/// <param name="Traffic">What one call exchanges.</param>
internal sealed record RankTiming(double Seconds, RankTraffic Traffic)
{
    private const int Warm = 5;

    /// <summary>Times a call over ranks of this process.</summary>
    /// <param name="count">How many.</param>
    /// <param name="rounds">How often it is timed.</param>
    /// <param name="prepare">Makes the call of a rank.</param>
    /// <param name="network">The ranks over another network; as they are if absent.</param>
    public static RankTiming Of(int count, int rounds, Func<Ranks, Action> prepare, Func<Ranks, Ranks>? network = null) => Ranks.InProcess(count, threads =>
    {
        Ranks ranks = network?.Invoke(threads) ?? threads;
        Action call = prepare(ranks);
        for (int i = 0; i < Warm; i++)
        {
            call();
        }

        RankTraffic before = ranks.Traffic;
        call();
        RankTraffic traffic = ranks.Traffic.Since(before);
        var seconds = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            threads.Sum(Span<double>.Empty);
            long begun = Stopwatch.GetTimestamp();
            call();
            seconds[round] = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }

        return new RankTiming(seconds.Min(), traffic);
    })[0];
}
