namespace Hyperdiff;

/// <summary>A rank that is a thread: what it gives, the others copy from where it lies.</summary>
internal sealed unsafe class ThreadRanks(Meeting meeting, int rank, int count) : Ranks(rank, count)
{
    /// <inheritdoc/>
    public override string Name => "threads";

    /// <summary>The collective that this rank is at, in words.</summary>
    public string Current => LastCollective;

    /// <summary>Whether the others told this rank of the end of all, so that what it throws is not of its own.</summary>
    public bool WasTold { get; private set; }

    /// <inheritdoc/>
    protected override void AllGather(ReadOnlySpan<byte> mine, Span<byte> all)
    {
        fixed (byte* memory = mine)
        {
            Come(memory, mine.Length);
            bool same = meeting.AllShow(mine.Length);
            for (int other = 0; same && other < Count; other++)
            {
                meeting.Shown(other, mine.Length).CopyTo(all[(other * mine.Length)..]);
            }

            Go(same);
        }
    }

    /// <inheritdoc/>
    protected override void AllToAll(ReadOnlySpan<byte> slices, Span<byte> received)
    {
        fixed (byte* memory = slices)
        {
            Come(memory, slices.Length);
            bool same = meeting.AllShow(slices.Length);
            int slice = slices.Length / Count;
            for (int other = 0; same && other < Count; other++)
            {
                meeting.Shown(other, slices.Length).Slice(Rank * slice, slice).CopyTo(received[(other * slice)..]);
            }

            Go(same);
        }
    }

    /// <inheritdoc/>
    protected override void Broadcast(Span<byte> bytes)
    {
        fixed (byte* memory = bytes)
        {
            Come(memory, bytes.Length);
            bool same = meeting.AllShow(bytes.Length);
            if (same && Rank != 0)
            {
                meeting.Shown(0, bytes.Length).CopyTo(bytes);
            }

            Go(same);
        }
    }

    private void Come(byte* memory, int length)
    {
        try
        {
            meeting.Come(Rank, (nint)memory, length);
        }
        catch
        {
            WasTold = true;
            throw;
        }
    }

    private void Go(bool same)
    {
        meeting.Go();
        if (!same)
        {
            throw new RanksDisagreeException($"Ranks exchange numbers of bytes that are not the same in {LastCollective}.");
        }
    }
}
