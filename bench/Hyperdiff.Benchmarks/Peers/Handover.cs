using System.Diagnostics;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary>How long a number takes from one thread to another, each on a processor of its own: short where these share a cache, several times as long where a
/// host puts them far apart, which it may change at any time. Calls of some ten microseconds on two threads are as slow as that.</summary>
internal sealed class Handover
{
    private const int MostTurns = 4000;
    private const int FewestTurns = 100;

    // neighbors on the line of a cache would be waited for, too
    private readonly long[] _cell = new long[64];

    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(20);

    /// <summary>Nanoseconds, the mean of up to four thousand turns there and back; null where the threads hardly ran at the same time.</summary>
    public static double? Nanoseconds() => new Handover().Measure();

    private double? Measure()
    {
        ref long cell = ref _cell[_cell.Length / 2];
        var other = new Thread(Answer) { IsBackground = true };
        other.Start();
        var clock = new Stopwatch();
        var limit = Stopwatch.StartNew();
        int turns = -FewestTurns;
        for (; turns < MostTurns && limit.Elapsed < s_longest; turns++)
        {
            if (turns == 0)
            {
                clock.Start();
            }

            long asked = cell + 1;
            Volatile.Write(ref cell, asked);
            while (Volatile.Read(ref cell) == asked)
            {
            }
        }

        clock.Stop();
        Volatile.Write(ref cell, -1);
        other.Join();
        return turns >= FewestTurns ? clock.Elapsed.TotalNanoseconds / turns / 2 : null;
    }

    // makes every odd number even
    private void Answer()
    {
        ref long cell = ref _cell[_cell.Length / 2];
        for (long seen = Volatile.Read(ref cell); seen >= 0; seen = Volatile.Read(ref cell))
        {
            if (seen % 2 == 1)
            {
                Volatile.Write(ref cell, seen + 1);
            }
        }
    }
}
