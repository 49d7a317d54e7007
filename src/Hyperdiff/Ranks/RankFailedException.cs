namespace Hyperdiff;

/// <summary>One rank has failed, which ends all: its number, and what it threw.</summary>
public sealed class RankFailedException : Exception
{
    /// <summary>An exception without words.</summary>
    public RankFailedException()
    {
    }

    /// <summary>An exception with a message.</summary>
    public RankFailedException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    public RankFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What a rank threw.</summary>
    public RankFailedException(int rank, Exception cause)
        : base($"Rank {rank} failed: {(cause ?? throw new ArgumentNullException(nameof(cause))).Message}", cause) => Rank = rank;

    /// <summary>What a rank said of what it threw.</summary>
    internal RankFailedException(int rank, string what)
        : base($"Rank {rank} failed: {what}") => Rank = rank;

    /// <summary>The number of the rank, if it is known; otherwise −1.</summary>
    public int Rank { get; } = -1;

    /// <summary>Whether the rank failed in its share of a step only, and goes on, as all do who are told so.</summary>
    internal bool IsOfAStep { get; init; }
}
