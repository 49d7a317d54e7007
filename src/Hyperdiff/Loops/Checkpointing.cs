namespace Hyperdiff;

/// <summary>Which iterates a reverse pass keeps, and which it computes again: memory against time, with the same result to the last bit.</summary>
/// <remarks>
/// A step of the map is a pure function of its iterate, so that an iterate computed again is the same one. Time-varying maps and minibatches are part of the
/// state or of its counter-based keys, and are replayed exactly.
/// </remarks>
public abstract record Checkpointing
{
    private protected Checkpointing()
    {
    }

    /// <summary>Every iterate is kept: no step is run twice, T states of memory.</summary>
    public static Checkpointing None { get; } = new EveryIterate();

    /// <summary>Every k-th iterate is kept: every step is run at most twice, T/k + k states of memory; k = √T takes the least.</summary>
    /// <param name="steps">k: one iterate in k is kept; at least 1.</param>
    public static Checkpointing Every(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return new EveryFewIterates(steps);
    }

    /// <summary>As many iterates as fit into so much memory are kept, where the fewest steps are run again. See <see cref="IteratesWithinBudget"/>.</summary>
    /// <param name="bytes">For the kept states, the first included; the one at hand, its successor and what a step needs within come on top.</param>
    public static Checkpointing Budget(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytes);
        return new IteratesWithinBudget(bytes);
    }

    /// <summary>How many states may be kept at once.</summary>
    /// <param name="bytes">The size of a state.</param>
    /// <exception cref="InvalidOperationException">Not even one.</exception>
    internal abstract int Capacity(long bytes);

    /// <summary>The most states that are kept at once on the way through and back.</summary>
    /// <param name="length">The number of steps.</param>
    /// <param name="bytes">The size of a state.</param>
    internal abstract long MostKept(int length, long bytes);

    /// <summary>The steps, between 1 and length − 1, after which iterates are kept when a part of the trajectory is run through whose first iterate is kept
    /// already.</summary>
    /// <param name="length">The steps of that part.</param>
    /// <param name="free">How many more states may be kept.</param>
    internal abstract IEnumerable<int> Positions(int length, int free);
}

/// <summary>Keeps every iterate.</summary>
internal sealed record EveryIterate : Checkpointing
{
    internal override int Capacity(long bytes) => int.MaxValue;

    internal override long MostKept(int length, long bytes) => length;

    internal override IEnumerable<int> Positions(int length, int free) => Enumerable.Range(1, Math.Max(0, length - 1));
}

/// <summary>Keeps every k-th iterate, and on the way back all those between two of them.</summary>
/// <remarks>Source: Griewank and Walther (2008), "Evaluating Derivatives", doi:10.1137/1.9780898717761, 2nd edition, section 12.1 (two-level
/// checkpointing).</remarks>
/// <param name="Steps">k.</param>
internal sealed record EveryFewIterates(int Steps) : Checkpointing
{
    /// <summary>k.</summary>
    public int Steps { get; init => field = Allowed.AtLeast(1, value, nameof(Steps)); } = Allowed.AtLeast(1, Steps, nameof(Steps));

    internal override int Capacity(long bytes) => int.MaxValue;

    // while the last part is gone back through, or the one before it
    internal override long MostKept(int length, long bytes)
    {
        int before = Math.Max(0, length - 1) / Steps;
        return Math.Max(before + length - (before * Steps), before == 0 ? 0 : before - 1 + Steps);
    }

    internal override IEnumerable<int> Positions(int length, int free) =>
        length > Steps ? Enumerable.Range(1, (length - 1) / Steps).Select(segment => segment * Steps) : Enumerable.Range(1, Math.Max(0, length - 1));
}

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
