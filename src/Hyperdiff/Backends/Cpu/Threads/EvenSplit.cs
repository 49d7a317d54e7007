namespace Hyperdiff.Backends.Cpu.Threads;

/// <summary>A length cut into parts whose sizes differ by at most 1.</summary>
/// <param name="Length">What is cut.</param>
/// <param name="Parts">Into how many parts; at least 1.</param>
internal readonly record struct EvenSplit(int Length, int Parts)
{
    /// <summary>Cuts into the fewest parts of at most <paramref name="limit"/> each.</summary>
    public static EvenSplit ByLimit(int length, int limit) => new(length, Math.Max(1, (int)(((long)length + limit - 1) / limit)));

    /// <summary>Where a part starts; part <see cref="Parts"/> starts at the end.</summary>
    public int Start(int part) => (int)((long)Length * part / Parts);

    /// <summary>The size of a part.</summary>
    public int Size(int part) => Start(part + 1) - Start(part);
}
