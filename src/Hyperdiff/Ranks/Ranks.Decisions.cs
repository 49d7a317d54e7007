using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hyperdiff;

/// <content>What one rank decides for all, what each knows, and what must be the same.</content>
public abstract partial class Ranks
{
    /// <summary>What rank 0 decides.</summary>
    /// <param name="decision">The decision, on rank 0; not read on the others.</param>
    /// <returns>That of rank 0, on all.</returns>
    /// <inheritdoc cref="Sum(Span{double})" path="/exception"/>
    public bool FromRank0(bool decision) => Decided((byte)(decision ? 1 : 0), 0) != 0;

    /// <inheritdoc cref="FromRank0(bool)"/>
    public long FromRank0(long decision) => Decided(decision, 2);

    /// <inheritdoc cref="FromRank0(bool)"/>
    public double FromRank0(double decision) => Decided(decision, 4);

    /// <summary>Bytes of rank 0.</summary>
    /// <param name="bytes">The bytes, on rank 0; not read on the others.</param>
    /// <returns>Those of rank 0, on all.</returns>
    /// <inheritdoc cref="Sum(Span{double})" path="/exception"/>
    public byte[] FromRank0(byte[]? bytes)
    {
        if (Rank == 0)
        {
            ArgumentNullException.ThrowIfNull(bytes);
        }

        if (Count == 1)
        {
            return (byte[])bytes!.Clone();
        }

        using Turn turn = new(this);
        Span<byte> opening = stackalloc byte[RankHeader.Fits];
        opening.Clear();
        if (Rank == 0)
        {
            long length = bytes!.Length;
            MemoryMarshal.Write(opening, in length);
            bytes.AsSpan(0, bytes.Length <= opening.Length - sizeof(long) ? bytes.Length : 0).CopyTo(opening[sizeof(long)..]);
        }

        Open(CollectiveKind.Message, 0, 0, opening);
        ReadOnlySpan<byte> told = Values(0)[..RankHeader.Fits];
        long count = MemoryMarshal.Read<long>(told);
        if (count < 0 || count > Array.MaxLength)
        {
            throw new InvalidDataException($"Rank 0 gives {count} bytes, which is no length.");
        }

        if (count <= told.Length - sizeof(long))
        {
            return told.Slice(sizeof(long), (int)count).ToArray();
        }

        byte[] result = Rank == 0 ? (byte[])bytes!.Clone() : new byte[count];
        Broadcast(result);
        Exchanged(1, Rank == 0 ? 0 : count);
        return result;
    }

    /// <summary>What rank 0 alone does: reads a file, asks the user.</summary>
    /// <param name="make">What is done, on rank 0; not called on the others. What it throws, all are told: it is thrown on rank 0, and
    /// <see cref="RankFailedException"/> on the others.</param>
    /// <returns>What it returned, on all.</returns>
    /// <inheritdoc cref="Sum(Span{double})" path="/exception"/>
    public byte[] FromRank0(Func<byte[]> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        if (Count == 1)
        {
            return make();
        }

        ExceptionDispatchInfo? failure = null;
        byte[]? made = null;
        if (Rank == 0)
        {
            try
            {
                made = [0, .. make() ?? throw new InvalidOperationException("Ranks.FromRank0: the function returned null.")];
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
                made = [1, .. Encoding.UTF8.GetBytes(exception.Message)];
            }
        }

        byte[] told = FromRank0(made);
        failure?.Throw();
        return told[0] == 0 ? told[1..] : throw new RankFailedException(0, Encoding.UTF8.GetString(told.AsSpan(1)));
    }

    /// <summary>A number of every rank.</summary>
    /// <param name="mine">That of this rank.</param>
    /// <returns>Those of all, in the order of the ranks, on all.</returns>
    /// <inheritdoc cref="Sum(Span{double})" path="/exception"/>
    public long[] Gather(long mine)
    {
        var all = new long[Count];
        GatherOf([mine], all, 2);
        return all;
    }

    /// <summary>Bytes of every rank.</summary>
    /// <param name="mine">Those of this rank: as many on every rank.</param>
    /// <param name="all">Where those of all go, in the order of the ranks: <see cref="Count"/> times as many.</param>
    /// <exception cref="ArgumentException"><paramref name="all"/> has another length.</exception>
    /// <inheritdoc cref="Sum(Span{double})" path="/exception"/>
    public void Gather(ReadOnlySpan<byte> mine, Span<byte> all) => GatherOf(mine, all, 0);

    /// <summary>A token that is cancelled on all ranks at the same place of their programs, as soon as that of any rank is: at the next collective, of
    /// which it takes none.</summary>
    /// <remarks>A token that ends the work of one rank alone would leave the others waiting. All ranks ask for it, in the same order, and dispose of
    /// it.</remarks>
    /// <param name="own">What this rank wishes to be ended by.</param>
    public AgreedCancellation Agree(CancellationToken own) => new(this, own);

    /// <summary>Throws on all ranks unless values are the same, with the names of those that are not.</summary>
    internal void RequireSame(string where, params ReadOnlySpan<(string What, ulong Fingerprint)> values)
    {
        if (Count == 1)
        {
            return;
        }

        ulong[] mine = new ulong[values.Length], all = new ulong[values.Length * Count];
        for (int i = 0; i < mine.Length; i++)
        {
            mine[i] = values[i].Fingerprint;
        }

        GatherOf<ulong>(mine, all, 2);
        List<string> differences = [];
        for (int i = 0; i < mine.Length; i++)
        {
            int at = i;
            RanksDisagreeException.Compare(differences, values[i].What, Enumerable.Range(0, Count), rank => all[(rank * mine.Length) + at]);
        }

        if (differences.Count > 0)
        {
            throw new RanksDisagreeException($"{where}: the ranks differ in\n  {string.Join("\n  ", differences)}\nThey must be the same on all.");
        }
    }

    /// <summary>At a step of a loop: whether any rank leaves instead of making it.</summary>
    internal bool AnyLeaves(bool leaves)
    {
        if (Count == 1)
        {
            return leaves;
        }

        using Turn turn = new(this);
        Open(CollectiveKind.Step, 0, 1, [(byte)(leaves ? 1 : 0)]);
        bool any = false;
        for (int rank = 0; rank < Count; rank++)
        {
            any |= Values(rank)[0] != 0;
        }

        return any;
    }

    /// <summary>Waits until all ranks have got here, or throws where one of them tells of its failure.</summary>
    /// <exception cref="RankFailedException">One did.</exception>
    internal void RequireNoFailure() => AnyLeaves(leaves: false);

    /// <summary>Tells the others, in whatever collective of a step they wait, that this rank failed in its share and goes on after the step: they throw a
    /// <see cref="RankFailedException"/> there. Nothing where all fail alike, or this rank was told.</summary>
    internal void TellFailure(Exception exception)
    {
        if (Count == 1 || exception is RankFailedException or RanksDisagreeException)
        {
            return;
        }

        using Turn turn = new(this);
        byte[] message = Encoding.UTF8.GetBytes(exception.Message);
        Open(CollectiveKind.Failure, 0, 0, message.AsSpan(0, Math.Min(message.Length, RankHeader.Fits)));
    }

    private void GatherOf<T>(ReadOnlySpan<T> mine, Span<T> all, int element)
        where T : unmanaged
    {
        if (all.Length != (long)mine.Length * Count)
        {
            throw new ArgumentException(
                $"{mine.Length} of each of {Count} ranks are {(long)mine.Length * Count}; there is room for {all.Length}.", nameof(all));
        }

        if (Count == 1)
        {
            mine.CopyTo(all);
            return;
        }

        using Turn turn = new(this);
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(mine);
        bool opens = bytes.Length <= RankHeader.Fits;
        Open(CollectiveKind.Gathering, element, mine.Length, opens ? bytes : []);
        if (!opens)
        {
            AllGather(bytes, MemoryMarshal.AsBytes(all));
            Exchanged(1, (Count - 1L) * bytes.Length);
            return;
        }

        for (int rank = 0; rank < Count; rank++)
        {
            MemoryMarshal.Cast<byte, T>(Values(rank))[..mine.Length].CopyTo(all[(rank * mine.Length)..]);
        }
    }

    private T Decided<T>(T decision, int element)
        where T : unmanaged
    {
        if (Count == 1)
        {
            return decision;
        }

        using Turn turn = new(this);
        Open(CollectiveKind.Decision, element, 1, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in decision)));
        return MemoryMarshal.Read<T>(Values(0));
    }
}
