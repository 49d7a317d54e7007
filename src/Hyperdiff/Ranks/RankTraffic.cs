namespace Hyperdiff;

/// <summary>What a rank has exchanged with the others.</summary>
/// <param name="Collectives">How many sums, decisions and gatherings.</param>
/// <param name="Exchanges">How often ranks waited for each other: one for what fits into the opening of a collective, three for a large sum.</param>
/// <param name="Bytes">How many bytes came to this rank from the others.</param>
public readonly record struct RankTraffic(long Collectives, long Exchanges, long Bytes)
{
    /// <summary>What was exchanged between two moments.</summary>
    public static RankTraffic operator -(RankTraffic later, RankTraffic earlier) =>
        new(later.Collectives - earlier.Collectives, later.Exchanges - earlier.Exchanges, later.Bytes - earlier.Bytes);

    /// <inheritdoc cref="op_Subtraction"/>
    public static RankTraffic Subtract(RankTraffic later, RankTraffic earlier) => later - earlier;

    /// <summary>The three numbers.</summary>
    public override string ToString() => $"{Collectives} collectives, {Exchanges} exchanges, {Bytes} bytes";
}
