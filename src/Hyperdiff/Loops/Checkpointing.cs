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
