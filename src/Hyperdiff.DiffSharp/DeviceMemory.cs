using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp;

/// <summary>Elements that DiffSharp holds, in a row: what windows share. DiffSharp's tensors are immutable, so what is written to a part is kept beside the
/// rest
/// until both are asked for together.</summary>
/// <param name="type">The element type.</param>
/// <param name="count">The number of elements.</param>
/// <param name="home">Where they lie.</param>
internal sealed class DeviceMemory(DType type, int count, Home home)
{
    private readonly SortedList<int, RawTensor> _parts = [];
    private readonly Lock _lock = new();
    private RawTensor? _whole;
    private int _windows;

    /// <summary>Memory that holds a tensor's elements. The tensor stays its giver's.</summary>
    public static DeviceMemory Of(RawTensor raw) => Over(Storages.Shared(raw));

    /// <summary>Memory over a tensor that nobody else has.</summary>
    public static DeviceMemory Over(RawTensor raw) =>
        new(Storages.Ours(raw.Dtype), raw.Nelement, new Home(raw.Device, raw.Backend)) { _whole = raw };

    /// <summary>One more window.</summary>
    public void Retain() => Interlocked.Increment(ref _windows);

    /// <summary>One less; after the last the memory is given back.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _windows) == 0)
        {
            lock (_lock)
            {
                Clear();
            }
        }
    }

    /// <summary>The elements of a window under a shape.</summary>
    public Lent Get(Shape shape, int offset)
    {
        lock (_lock)
        {
            int length = shape.ElementCount;
            int[] sizes = shape.Sizes.ToArray();
            if (_parts.TryGetValue(offset, out RawTensor? part) && part.Nelement == length)
            {
                return Viewed(part, sizes);
            }

            RawTensor whole = Joined();
            if (length == count)
            {
                return Viewed(whole, sizes);
            }

            if (length == 0)
            {
                return new Lent(Empty(sizes), true);
            }

            RawTensor row = Row(whole, offset, offset + length);
            Lent viewed = Viewed(row, sizes);
            if (viewed.IsOwn)
            {
                Storages.Release(row);
            }

            return viewed with { IsOwn = true };
        }
    }

    /// <summary>Overwrites the elements of a window.</summary>
    public void Set(RawTensor source, int offset)
    {
        lock (_lock)
        {
            if (source.Nelement == count)
            {
                RawTensor all = Storages.Shared(source);
                Clear();
                _whole = all;
                return;
            }

            if (source.Nelement == 0)
            {
                return;
            }

            RawTensor own = Viewed(source, [source.Nelement]) is { IsOwn: true } flat ? flat.Raw : Storages.Shared(source);

            if (_parts.Any(part => part.Key < offset + own.Nelement && offset < part.Key + part.Value.Nelement
                && (part.Key != offset || part.Value.Nelement != own.Nelement)))
            {
                _ = Joined();
            }

            if (_parts.Remove(offset, out RawTensor? before))
            {
                Storages.Release(before);
            }

            _parts.Add(offset, own);
        }
    }

    private RawTensor Joined()
    {
        if (_parts.Count == 0)
        {
            return _whole ??= Empty([count]);
        }

        var pieces = new List<RawTensor>();
        int next = 0;
        foreach ((int offset, RawTensor part) in _parts)
        {
            AddGap(pieces, next, offset);
            pieces.Add(part);
            next = offset + part.Nelement;
        }

        AddGap(pieces, next, count);
        RawTensor joined = pieces.Count == 1 ? Storages.Shared(pieces[0]) : pieces[0].CatTs([.. pieces], 0);
        foreach (RawTensor gap in pieces.Except(_parts.Values, ReferenceEqualityComparer.Instance).Cast<RawTensor>())
        {
            Storages.Release(gap);
        }

        Clear();
        return _whole = joined;
    }

    private void AddGap(List<RawTensor> pieces, int from, int to)
    {
        if (from < to)
        {
            pieces.Add(_whole is null ? Empty([to - from]) : Row(_whole, from, to));
        }
    }

    private RawTensor Empty(int[] sizes) => RawTensor.Zeros(sizes, FSharpOption<DiffDtype>.Some(Storages.Theirs(type)),
        FSharpOption<DiffDevice>.Some(home.Device), FSharpOption<DiffBackend>.Some(home.Backend));

    private void Clear()
    {
        if (_whole is not null)
        {
            Storages.Release(_whole);
            _whole = null;
        }

        foreach (RawTensor part in _parts.Values)
        {
            Storages.Release(part);
        }

        _parts.Clear();
    }

    private static RawTensor Row(RawTensor whole, int from, int to)
    {
        Lent flat = Viewed(whole, [whole.Nelement]);
        RawTensor row = flat.Raw.GetSlice(new[,] { { from, to - 1, 0 } });
        flat.Return();
        return row;
    }

    private static Lent Viewed(RawTensor raw, int[] sizes) =>
        raw.Shape.AsSpan().SequenceEqual(sizes) ? new Lent(raw, false) : new Lent(raw.ViewT(sizes), true);
}
