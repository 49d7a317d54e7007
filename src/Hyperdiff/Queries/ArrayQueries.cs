using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff;

/// <summary>What LINQ's methods of these names do for arrays and lists, made at once, as arrays.</summary>
/// <remarks>
/// LINQ over numbers and structs is compiled by the runtime in every process, up to half a millisecond for a pair of types: code of the framework over types of
/// ours is in no image that is compiled ahead of time, neither in the framework's nor in ours. This code is in ours
/// (docs/decisions/2026-11-27-compiled-ahead.md). Within the namespace the compiler prefers it to LINQ's, which is there for all other sequences.
/// </remarks>
internal static class ArrayQueries
{
    /// <summary>What becomes of every element.</summary>
    public static TResult[] Select<T, TResult>(this T[] source, Func<T, TResult> selector)
    {
        var results = new TResult[source.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = selector(source[i]);
        }

        return results;
    }

    /// <summary>What becomes of every element and its place.</summary>
    public static TResult[] Select<T, TResult>(this T[] source, Func<T, int, TResult> selector)
    {
        var results = new TResult[source.Length];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = selector(source[i], i);
        }

        return results;
    }

    /// <inheritdoc cref="Select{T, TResult}(T[], Func{T, TResult})"/>
    public static TResult[] Select<T, TResult>(this ImmutableArray<T> source, Func<T, TResult> selector) =>
        ImmutableCollectionsMarshal.AsArray(source)!.Select(selector);

    /// <inheritdoc cref="Select{T, TResult}(T[], Func{T, int, TResult})"/>
    public static TResult[] Select<T, TResult>(this ImmutableArray<T> source, Func<T, int, TResult> selector) =>
        ImmutableCollectionsMarshal.AsArray(source)!.Select(selector);

    /// <inheritdoc cref="Select{T, TResult}(T[], Func{T, TResult})"/>
    public static TResult[] Select<T, TResult>(this List<T> source, Func<T, TResult> selector)
    {
        var results = new TResult[source.Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = selector(source[i]);
        }

        return results;
    }

    /// <summary>The elements that are meant.</summary>
    public static T[] Where<T>(this T[] source, Func<T, bool> predicate)
    {
        var kept = new T[source.Length];
        int count = 0;
        foreach (T element in source)
        {
            if (predicate(element))
            {
                kept[count++] = element;
            }
        }

        if (count == source.Length)
        {
            return kept;
        }

        var results = new T[count];
        Array.Copy(kept, results, count);
        return results;
    }

    /// <inheritdoc cref="Where{T}(T[], Func{T, bool})"/>
    public static T[] Where<T>(this ImmutableArray<T> source, Func<T, bool> predicate) => ImmutableCollectionsMarshal.AsArray(source)!.Where(predicate);

    /// <inheritdoc cref="Where{T}(T[], Func{T, bool})"/>
    public static T[] Where<T>(this List<T> source, Func<T, bool> predicate)
    {
        var all = new T[source.Count];
        source.CopyTo(all);
        return all.Where(predicate);
    }
}
