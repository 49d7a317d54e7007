using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Hyperdiff.Graphs;

/// <summary>What is known of the values of one graph, found by their numbers: a place in an array for each, where a dictionary takes several times the memory
/// and the time.</summary>
/// <param name="graph">The graph.</param>
internal sealed class ValueMap<T>(Graph graph)
{
    private readonly (Value? Key, T Item)[] _entries = new (Value? Key, T Item)[graph.Numbers];

    /// <summary>What is known of a value.</summary>
    /// <exception cref="KeyNotFoundException">Nothing is.</exception>
    public T this[Value key] => TryGetValue(key, out T? item) ? item : throw new KeyNotFoundException($"Nothing is known of a value of type {key.Type}.");

    /// <summary>What is known of several values.</summary>
    public T[] Of(ImmutableArray<Value> keys)
    {
        var items = new T[keys.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = this[keys[i]];
        }

        return items;
    }

    /// <summary>What is known of several values; the default where nothing is.</summary>
    public T?[] KnownOf(ImmutableArray<Value> keys)
    {
        var items = new T?[keys.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = GetValueOrDefault(keys[i]);
        }

        return items;
    }

    /// <summary>What is known of a value; the default if nothing is.</summary>
    public T? GetValueOrDefault(Value key) => TryGetValue(key, out T? item) ? item : default;

    /// <summary>Whether anything is known of a value.</summary>
    public bool ContainsKey(Value key) => TryGetValue(key, out _);

    /// <summary>What is known of a value, if anything is.</summary>
    public bool TryGetValue(Value key, [MaybeNullWhen(false)] out T item)
    {
        if (key.Number < _entries.Length && ReferenceEquals(_entries[key.Number].Key, key))
        {
            item = _entries[key.Number].Item;
            return true;
        }

        item = default;
        return false;
    }

    /// <summary>Says what a value is.</summary>
    public void Set(Value key, T item)
    {
        ref (Value? Key, T Item) entry = ref _entries[key.Number];
        if (entry.Key is { } other && !ReferenceEquals(other, key))
        {
            throw new UnreachableException("A map holds values of one graph.");
        }

        entry = (key, item);
    }

    /// <summary>Says what several values are, such as the results of an equation.</summary>
    public void Set(ImmutableArray<Value> keys, ReadOnlySpan<T> items)
    {
        for (int i = 0; i < items.Length; i++)
        {
            Set(keys[i], items[i]);
        }
    }
}
