using Microsoft.FSharp.Core;

namespace Hyperdiff.DiffSharp;

/// <summary>Elements that DiffSharp holds, in a row: what windows share. DiffSharp's tensors are immutable, so what is written to a part is kept beside the rest
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

    /// <summary>The elements of a window under a shape. What is returned is this memory's, and not to be given back.</summary>
    public RawTensor Get(Shape shape, int offset)
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

            return length == 0
                ? Empty(sizes)
                : Flat(whole).GetSlice(new[,] { { offset, offset + length - 1, 0 } }).ViewT(sizes);
        }
    }

    /// <summary>Overwrites the elements of a window.</summary>
    public void Set(RawTensor source, int offset)
    {
        lock (_lock)
        {
            RawTensor own = Flat(Storages.Shared(source));
            if (own.Nelement == count)
            {
                Clear();
                _whole = own;
                return;
            }

            if (own.Nelement == 0)
            {
                return;
            }

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
        Clear();
        return _whole = joined;
    }

    private void AddGap(List<RawTensor> pieces, int from, int to)
    {
        if (from < to)
        {
            pieces.Add(_whole is null ? Empty([to - from]) : Flat(_whole).GetSlice(new[,] { { from, to - 1, 0 } }));
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

    private static RawTensor Flat(RawTensor raw) => Viewed(raw, [raw.Nelement]);

    private static RawTensor Viewed(RawTensor raw, int[] sizes) => raw.Shape.AsSpan().SequenceEqual(sizes) ? raw : raw.ViewT(sizes);
}
