using System.Diagnostics;

namespace Hyperdiff.Benchmarks.Peers;

/// <summary>How long a call takes in the steady state, and what it allocates.</summary>
/// <param name="MedianMicroseconds">The median.</param>
/// <param name="MinMicroseconds">The least.</param>
/// <param name="Runs">How many times it was timed.</param>
/// <param name="AllocatedBytes">On the heap, per call, of all threads.</param>
internal sealed record Timing(double MedianMicroseconds, double MinMicroseconds, int Runs, long AllocatedBytes)
{
    private const int FewestRuns = 5;
    private const int MostRuns = 300;
    private const int Bursts = 8;
    private const int CallsPerBurst = 4000;

    private static readonly TimeSpan s_burst = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestWarming = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(120);

    /// <summary>Times a call: first in bursts, with pauses in which the runtime compiles it once more, then for so long.</summary>
    public static Timing Of(Func<object> call, TimeSpan duration)
    {
        var clock = new Stopwatch();
        double once = double.PositiveInfinity;
        var warming = Stopwatch.StartNew();
        for (int burst = 0; burst < Bursts && warming.Elapsed < s_longestWarming; burst++)
        {
            // the first calls are slow: only the last ones tell how many fit
            var started = Stopwatch.StartNew();
            for (int i = 0; i < CallsPerBurst && (i == 0 || started.Elapsed < s_burst); i++)
            {
                clock.Restart();
                call();
                once = Math.Min(once, clock.Elapsed.TotalMicroseconds);
            }

            Thread.Sleep(s_pause);
        }

        // fast calls are timed together, so that the clock costs nothing
        int together = (int)Math.Clamp(200 / once, 1, 1000);
        var times = new List<double>();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var all = Stopwatch.StartNew();
        while (times.Count < FewestRuns || (times.Count < MostRuns && all.Elapsed < duration))
        {
            clock.Restart();
            for (int i = 0; i < together; i++)
            {
                call();
            }

            times.Add(clock.Elapsed.TotalMicroseconds / together);
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        double[] sorted = [.. times.Order()];
        return new Timing(sorted[sorted.Length / 2], sorted[0], sorted.Length, allocated / ((long)sorted.Length * together));
    }
}
