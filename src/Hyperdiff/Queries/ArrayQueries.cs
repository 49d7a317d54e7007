using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Hyperdiff;

/// <summary>What LINQ's <c>Select</c> does for arrays and lists, made at once, as an array.</summary>
/// <remarks>
/// LINQ over numbers and structs is compiled by the runtime in every process, up to half a millisecond for a pair of types: code of the framework over types of
/// ours is in no image that is compiled ahead of time, neither in the framework's nor in ours. This code is in ours
/// (docs/decisions/2026-11-27-compiled-ahead.md). Within the namespace the compiler prefers it to LINQ's, which is there for all other sequences.
/// <c>Where</c> is LINQ's: loops go through what is chosen while they change what it is chosen by.
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
}
