namespace Hyperdiff;

/// <summary>Keeps as many iterates as fit, spaced so that steps are run again as seldom as possible.</summary>
/// <remarks>
/// With s states to keep and no step run more than r times, trajectories of <c>β(s, r) = (s + r)! / (s! r!)</c> steps can be gone back through; the next kept
/// iterate stands where the part before it has the length β(s, r − 1). Source: Griewank and Walther (2000), "Algorithm 799: revolve",
/// doi:10.1145/347837.347846, equation (2) and proposition 1. Differs from the source in choosing any best schedule, not the one with the fewest writes.
/// </remarks>
/// <param name="Bytes">What the kept states may take.</param>
internal sealed record IteratesWithinBudget(long Bytes) : Checkpointing
{
    /// <summary>What the kept states may take.</summary>
    public long Bytes { get; init => field = Allowed.AtLeast(1, value, nameof(Bytes)); } = Allowed.AtLeast(1, Bytes, nameof(Bytes));

    internal override int Capacity(long bytes)
    {
        long states = bytes == 0 ? int.MaxValue : Bytes / bytes;
        return states > 0
            ? (int)Math.Min(states, int.MaxValue)
            : throw new InvalidOperationException($"A budget of {Bytes} bytes does not hold one state, of {bytes} bytes; allow more.");
    }

    internal override long MostKept(int length, long bytes) => Math.Min(length, Capacity(bytes));

    internal override IEnumerable<int> Positions(int length, int free)
    {
        int position = 0;
        for (; free > 0 && length - position > 1; free--)
        {
            int left = length - position;
            position += free >= left - 1 ? 1 : Split(left, free);
            yield return position;
        }
    }

    private static int Split(int length, int states)
    {
        int runs = 1;
        while (Reach(states, runs) < length)
        {
            runs++;
        }

        return (int)Math.Clamp(Reach(states, runs - 1), 1, length - 1);
    }

    /// <summary>β(s, r), no larger than matters.</summary>
    private static long Reach(int states, int runs)
    {
        double reach = 1;
        for (int i = 1; i <= runs; i++)
        {
            reach *= (double)(states + i) / i;
        }

        return (long)Math.Min(Math.Round(reach), int.MaxValue);
    }
}
