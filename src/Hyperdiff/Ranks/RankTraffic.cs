namespace Hyperdiff;

/// <summary>What a rank has exchanged with the others.</summary>
public sealed record RankTraffic
{
    internal RankTraffic(long collectives, long exchanges, long bytes) => (Collectives, Exchanges, Bytes) = (collectives, exchanges, bytes);

    /// <summary>How many sums, decisions and gatherings.</summary>
    public long Collectives { get; }

    /// <summary>How often ranks waited for each other: one for what fits into the opening of a collective, three for a large sum.</summary>
    public long Exchanges { get; }

    /// <summary>How many bytes came to this rank from the others.</summary>
    public long Bytes { get; }

    /// <summary>What was exchanged since an earlier moment.</summary>
    /// <param name="earlier">The traffic then.</param>
    public RankTraffic Since(RankTraffic earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return new RankTraffic(Collectives - earlier.Collectives, Exchanges - earlier.Exchanges, Bytes - earlier.Bytes);
    }

    /// <summary>The three numbers.</summary>
    public override string ToString() => $"{Collectives} collectives, {Exchanges} exchanges, {Bytes} bytes";
}
