using System.Collections.Concurrent;

namespace Hyperdiff.Graphs;

/// <summary>What was computed for the keys that were used last, bounded in number: a program that goes through ever new keys keeps no more than a
/// few.</summary>
/// <remarks>When there are too many of a kind, the oldest of them goes that was not used since it was looked at last. Reading takes no lock.</remarks>
/// <param name="most">How many are kept of a kind.</param>
/// <param name="kindOf">Of which kind a key is; all are of one if absent.</param>
internal sealed class RecentlyUsed<TKey, TValue>(int most, Func<TKey, object>? kindOf = null)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();
    private readonly Dictionary<object, Queue<TKey>> _order = [];

    /// <summary>What is kept for a key; null if nothing is.</summary>
    public TValue? Find(TKey key)
    {
        if (!_entries.TryGetValue(key, out Entry? entry))
        {
            return null;
        }

        // most reads find it set, and write nothing that other threads share
        if (!entry.Used)
        {
            entry.Used = true;
        }

        return entry.Value;
    }

    /// <summary>Keeps a value, unless there is one for the key; returns what is kept.</summary>
    public TValue Keep(TKey key, TValue value)
    {
        lock (_order)
        {
            if (Find(key) is { } known)
            {
                return known;
            }

            object kind = kindOf?.Invoke(key) ?? string.Empty;
            if (!_order.TryGetValue(kind, out Queue<TKey>? order))
            {
                order = _order[kind] = [];
            }

            _entries[key] = new Entry(value);
            order.Enqueue(key);
            while (order.Count > most)
            {
                TKey oldest = order.Dequeue();
                if (_entries[oldest].Used)
                {
                    _entries[oldest].Used = false;
                    order.Enqueue(oldest);
                }
                else
                {
                    _entries.TryRemove(oldest, out _);
                }
            }

            return value;
        }
    }

    private sealed class Entry(TValue value)
    {
        public TValue Value { get; } = value;

        public bool Used { get; set; } = true;
    }
}
