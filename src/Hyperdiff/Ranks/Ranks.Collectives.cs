using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Hyperdiff;

/// <content>Sums and decisions, made of the exchanges of a transport, each after a block that says what it is.</content>
public abstract partial class Ranks
{
    // what a sum keeps in memory beside the values; far above the length from which latency does not matter
    private const int MostBytesAtOnce = 1 << 25;

    private readonly byte[] _mine;
    private readonly byte[] _all;
    private byte[] _received = [];
    private readonly List<AgreedCancellation> _agreed = [];
    private RankHeader _header = RankHeader.Own();
    private readonly HashSet<ulong> _seen = [], _programs = [];
    private ulong _program, _witnessed;
    private RanksDisagreeException? _disagreement;
    private int _inside;
    private long _exchanges, _bytes;

    /// <summary>What tokens are agreed on, in the order in which they were.</summary>
    internal List<AgreedCancellation> Agreements => _agreed;

    /// <summary>How many collectives this rank has begun.</summary>
    public long Collectives => _header.Number;

    /// <summary>What this rank has exchanged so far.</summary>
    public RankTraffic Traffic => new(Collectives, _exchanges, _bytes);

    /// <summary>The collective that this rank has begun last, for messages: <c>collective 12 (sum of 100003 float64)</c>.</summary>
    protected string LastCollective => Collectives == 0 ? "no collective" : $"collective {Collectives} ({_header.Collective})";

    /// <summary>Replaces numbers by their sums over all ranks.</summary>
    /// <remarks>
    /// Element by element, x₀ + x₁ + … in the order of the ranks, plain: the same bits on every rank, and run to run; with another number of ranks within
    /// rounding. Of n numbers of s bytes over R ranks each has (R − 1) · 512 bytes from the others, and, if they do not fit into these blocks,
    /// 2 n s (R − 1)/R more. With no numbers, ranks wait for each other.
    /// </remarks>
    /// <param name="values">The numbers of this rank: as many on every rank. Afterwards their sums.</param>
    /// <exception cref="RanksDisagreeException">Another rank does something else, or has other w or λ; all are told.</exception>
    /// <exception cref="RankFailedException">Another rank has failed.</exception>
    /// <exception cref="TimeoutException">Another rank did not come in time.</exception>
    public void Sum(Span<double> values) => SumOf(values, 4);

    /// <inheritdoc cref="Sum(Span{double})"/>
    public void Sum(Span<float> values) => SumOf(values, 3);

    /// <inheritdoc cref="Sum(Span{double})"/>
    /// <remarks>Numbers beyond the range wrap around, as in tensors.</remarks>
    public void Sum(Span<int> values) => SumOf(values, 1);

    /// <summary>What must be the same on all ranks: compared at the next collective, by a fingerprint. It counts once between two collectives, in whatever
    /// order: a rank that solves for the equilibria of its own samples uses λ as often as it needs.</summary>
    internal void Witness(ReadOnlySpan<byte> value)
    {
        if (Count == 1)
        {
            return;
        }

        RunningHash hash = default;
        hash.Add(value);
        if (_seen.Add(hash.Value))
        {
            _witnessed += hash.Value;
        }
    }

    /// <summary>The fingerprint of a function that runs, which must be the same on all ranks: compared at the next collective. To be told at every run, since
    /// what ranks have traced before may differ once one has failed in its share.</summary>
    internal void Program(ulong fingerprint)
    {
        if (Count > 1 && _programs.Add(fingerprint))
        {
            _program += fingerprint;
        }
    }

    /// <summary>Sums what does not fit into one message: slices to the rank that sums them, their sums to all.</summary>
    /// <remarks>A transport that can go on with one part while another travels overrides this; sums must be those made here, bit for bit.</remarks>
    /// <typeparam name="T"><see cref="double"/>, <see cref="float"/> or <see cref="int"/>.</typeparam>
    /// <param name="values">The numbers of this rank, afterwards their sums: a multiple of <see cref="Count"/>, as many on every rank.</param>
    protected virtual void SumSlices<T>(Span<T> values)
        where T : unmanaged, INumber<T>
    {
        int most = MostBytesAtOnce / Unsafe.SizeOf<T>() / Count * Count;
        for (Span<T> rest = values; rest.Length > 0; rest = rest[Math.Min(most, rest.Length)..])
        {
            Span<T> part = rest[..Math.Min(most, rest.Length)];
            int slice = part.Length / Count;
            Span<byte> received = Buffer(MemoryMarshal.AsBytes(part).Length);
            AllToAll(MemoryMarshal.AsBytes(part), received);
            Span<T> own = MemoryMarshal.Cast<byte, T>(received);
            AddInOrder(own, slice, own[..slice]);
            AllGather(MemoryMarshal.AsBytes(own[..slice]), MemoryMarshal.AsBytes(part));
        }
    }

    /// <summary>Adds what all ranks gave, in their order.</summary>
    /// <typeparam name="T">The type of the numbers.</typeparam>
    /// <param name="given">The numbers of rank 0, of rank 1, …, one after the other at distances of <paramref name="stride"/>.</param>
    /// <param name="stride">How far those of the next rank are: in numbers.</param>
    /// <param name="sums">Where the sums go: as many as each gave. May be the place of those of rank 0.</param>
    protected void AddInOrder<T>(ReadOnlySpan<T> given, int stride, Span<T> sums)
        where T : unmanaged, INumber<T>
    {
        given[..sums.Length].CopyTo(sums);
        for (int rank = 1; rank < Count; rank++)
        {
            TensorPrimitives.Add(sums, given.Slice(rank * stride, sums.Length), sums);
        }
    }

    private void SumOf<T>(Span<T> values, int element)
        where T : unmanaged, INumber<T>
    {
        if (Count == 1)
        {
            return;
        }

        using Turn turn = new(this);
        int fits = RankHeader.Fits / Unsafe.SizeOf<T>();
        // what does not divide by the number of ranks goes along with the opening, so that slices are equal
        Span<T> alone = values[(values.Length <= fits ? 0 : values.Length / Count * Count)..];
        Span<byte> aloneBytes = MemoryMarshal.AsBytes(alone);
        bool opens = alone.Length <= fits;
        Open(CollectiveKind.Sum, element, values.Length, opens ? aloneBytes : []);
        if (opens)
        {
            AddInOrder(MemoryMarshal.Cast<byte, T>(Values(0)), RankHeader.Block / Unsafe.SizeOf<T>(), alone);
        }
        else
        {
            Span<byte> all = Buffer(Count * aloneBytes.Length);
            AllGather(aloneBytes, all);
            Exchanged(1, (Count - 1L) * aloneBytes.Length);
            AddInOrder(MemoryMarshal.Cast<byte, T>(all), alone.Length, alone);
        }

        Span<T> sliced = values[..^alone.Length];
        if (sliced.Length > 0)
        {
            SumSlices(sliced);
            Exchanged(2, 2L * sliced.Length / Count * (Count - 1) * Unsafe.SizeOf<T>());
        }
    }

    /// <summary>The one exchange that begins every collective: who does what, with first values.</summary>
    private void Open(CollectiveKind kind, int element, long count, ReadOnlySpan<byte> values)
    {
        if (_disagreement is not null)
        {
            throw new RanksDisagreeException(_disagreement.Message, _disagreement);
        }

        (_header.Kind, _header.Element, _header.Count) = (kind, element, count);
        (_header.Program, _header.Witnessed) = (_program, _witnessed);
        _seen.Clear();
        _header.Wishes = AgreedCancellation.Wishes(_agreed);
        _header.Number++;
        MemoryMarshal.Write(_mine, in _header);
        Span<byte> place = _mine.AsSpan(RankHeader.Length);
        values.CopyTo(place);
        place[values.Length..].Clear();
        AllGather(_mine, _all);
        Exchanged(1, (Count - 1L) * RankHeader.Block);
        ulong wishes = 0;
        bool same = true;
        for (int rank = 0; rank < Count; rank++)
        {
            ReadOnlySpan<byte> block = _all.AsSpan(rank * RankHeader.Block, RankHeader.Length);
            same &= block[..RankHeader.Compared].SequenceEqual(_mine.AsSpan(0, RankHeader.Compared));
            wishes |= MemoryMarshal.Read<RankHeader>(block).Wishes;
        }

        if (!same || kind == CollectiveKind.Failure)
        {
            FailOrDisagree();
        }

        AgreedCancellation.Cancel(_agreed, wishes);
    }

    /// <summary>A rank that failed in its share of a step ends the step for all; whatever else differs ends the program.</summary>
    private void FailOrDisagree()
    {
        for (int rank = 0; rank < Count; rank++)
        {
            var header = RankHeader.Of(_all.AsSpan(rank * RankHeader.Block));
            if (header.IsKnown && header.Kind == CollectiveKind.Failure && header.Number == _header.Number && header.Version == _header.Version)
            {
                // how far each had come with them is by chance
                (_program, _witnessed) = (0, 0);
                _programs.Clear();
                if (_header.Kind == CollectiveKind.Failure)
                {
                    return;
                }

                throw new RankFailedException(rank, Encoding.UTF8.GetString(Values(rank)[..RankHeader.Fits].TrimEnd((byte)0))) { IsOfAStep = true };
            }
        }

        throw _disagreement = RanksDisagreeException.Of(_all);
    }

    private void Exchanged(int exchanges, long bytes) => (_exchanges, _bytes) = (_exchanges + exchanges, _bytes + bytes);

    /// <summary>What follows the header in the block of a rank, and in those after it.</summary>
    private ReadOnlySpan<byte> Values(int rank) => _all.AsSpan((rank * RankHeader.Block) + RankHeader.Length);

    private Span<byte> Buffer(int bytes)
    {
        if (_received.Length < bytes)
        {
            _received = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        }

        return _received.AsSpan(0, bytes);
    }

    /// <summary>Whose turn it is: one thread of a rank at a time, or its collectives would have no order.</summary>
    private readonly ref struct Turn
    {
        private readonly Ranks _ranks;

        public Turn(Ranks ranks)
        {
            if (Interlocked.Exchange(ref ranks._inside, 1) != 0)
            {
                throw new InvalidOperationException($"Two threads of rank {ranks.Rank} exchange at the same time, so that there is no order of collectives.");
            }

            _ranks = ranks;
        }

        public void Dispose() => Volatile.Write(ref _ranks._inside, 0);
    }
}
