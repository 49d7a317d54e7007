namespace Hyperdiff;

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
