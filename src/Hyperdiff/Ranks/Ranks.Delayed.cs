using System.Diagnostics;

namespace Hyperdiff;

/// <content>Ranks as they would be over a slower network.</content>
public abstract partial class Ranks
{
    /// <summary>These ranks, with every exchange delayed: by so much, and by so much for every byte that comes to a rank from the others.</summary>
    /// <param name="perExchange">α: the latency.</param>
    /// <param name="secondsPerByte">β: the inverse of the bandwidth.</param>
    internal Ranks Delayed(TimeSpan perExchange, double secondsPerByte) => new DelayedRanks(this, perExchange.TotalSeconds, secondsPerByte);

    private sealed class DelayedRanks(Ranks ranks, double alpha, double beta) : Ranks(ranks.Rank, ranks.Count)
    {
        public override string Name => FormattableString.Invariant($"{ranks.Name}, {alpha * 1e6:G3} µs + {beta * 1e9:G3} ns per byte later");

        protected override void AllGather(ReadOnlySpan<byte> mine, Span<byte> all)
        {
            ranks.AllGather(mine, all);
            Wait((long)mine.Length * (Count - 1));
        }

        protected override void AllToAll(ReadOnlySpan<byte> slices, Span<byte> received)
        {
            ranks.AllToAll(slices, received);
            Wait((long)slices.Length / Count * (Count - 1));
        }

        protected override void Broadcast(Span<byte> bytes)
        {
            ranks.Broadcast(bytes);
            Wait(bytes.Length);
        }

        // others may compute in the meantime, as they would while a message travels
        private void Wait(long bytes)
        {
            double seconds = alpha + (beta * bytes);
            for (long begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun).TotalSeconds < seconds;)
            {
                Thread.Yield();
            }
        }
    }
}
