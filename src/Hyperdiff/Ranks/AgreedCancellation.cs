namespace Hyperdiff;

/// <summary>A token that is cancelled on all ranks at the same collective. Made by <see cref="Ranks.Agree"/>.</summary>
public sealed class AgreedCancellation : IDisposable
{
    // one bit each in the opening of a collective: loops within loops
    private const int Most = 64;

    private readonly List<AgreedCancellation> _all;
    private readonly CancellationToken _own;
    private readonly CancellationTokenSource? _source;

    internal AgreedCancellation(Ranks ranks, CancellationToken own)
    {
        (_all, _own) = (ranks.Agreements, own);
        if (ranks.Count == 1)
        {
            return;
        }

        if (_all.Count == Most)
        {
            throw new InvalidOperationException($"{Most} tokens are agreed on already: dispose of those that are not used any more.");
        }

        _source = new CancellationTokenSource();
        _all.Add(this);
    }

    /// <summary>The token. Of a rank that is alone, its own.</summary>
    public CancellationToken Token => _source?.Token ?? _own;

    /// <summary>Ends the agreement: the token is not cancelled any more.</summary>
    public void Dispose()
    {
        _all.Remove(this);
        _source?.Dispose();
    }

    /// <summary>Whether it is cancelled.</summary>
    public override string ToString() => Token.IsCancellationRequested ? "cancelled on all ranks" : "not cancelled";

    /// <summary>The wishes of this rank, bit by bit.</summary>
    internal static ulong Wishes(List<AgreedCancellation> all)
    {
        ulong wishes = 0;
        for (int i = 0; i < all.Count; i++)
        {
            wishes |= all[i]._own.IsCancellationRequested ? 1UL << i : 0;
        }

        return wishes;
    }

    /// <summary>Cancels what any rank wishes.</summary>
    internal static void Cancel(List<AgreedCancellation> all, ulong wishes)
    {
        for (int i = 0; wishes != 0 && i < all.Count; i++)
        {
            if ((wishes >> i & 1) != 0)
            {
                all[i]._source!.Cancel();
            }
        }
    }
}
