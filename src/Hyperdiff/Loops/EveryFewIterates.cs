namespace Hyperdiff;

/// <summary>Keeps every k-th iterate, and on the way back all those between two of them.</summary>
/// <remarks>Source: Griewank and Walther (2008), "Evaluating Derivatives", 2nd edition, section 12.1 (two-level checkpointing).</remarks>
/// <param name="Steps">k.</param>
public sealed record EveryFewIterates(int Steps) : Checkpointing
{
    internal override int Capacity(long bytes) => int.MaxValue;

    internal override IEnumerable<int> Positions(int length, int free) =>
        length > Steps ? Enumerable.Range(1, (length - 1) / Steps).Select(segment => segment * Steps) : Enumerable.Range(1, Math.Max(0, length - 1));
}
