using System.Collections.Immutable;

namespace Hyperdiff.Data;

/// <summary>A column whose cells are words, or numbers that stand for classes: each becomes the index of its name.</summary>
/// <remarks>
/// Indices follow the names in order: those that are given, or else those that occur, sorted: by number if all are whole numbers, by character codes if not.
/// So they do not depend on the order of rows; but a second file that lacks a name has other indices, unless the names are given.
/// </remarks>
public sealed record Category
{
    private Category(string? column, ReadOnlySpan<string> names)
    {
        (Column, Names) = (column, [.. names]);
        if (Names.IndexOf(null!) is >= 0 and int missing)
        {
            throw new ArgumentException($"Category: name {missing} is null.", nameof(names));
        }

        if (Names.Distinct(StringComparer.Ordinal).Count() < Names.Length)
        {
            throw new ArgumentException($"Category: a name stands twice among {string.Join(", ", Names)}.", nameof(names));
        }
    }

    /// <summary>The name of the column; null for the last one.</summary>
    public string? Column { get; }

    /// <summary>The names that there may be, in the order of their indices; empty for those that occur.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>A column by its name.</summary>
    /// <param name="column">The name.</param>
    /// <param name="names">The names of the classes, in the order of their indices; none for those that occur.</param>
    public static Category Of(string column, params ReadOnlySpan<string> names)
    {
        ArgumentNullException.ThrowIfNull(column);
        return new Category(column, names);
    }

    /// <summary>The last column, whatever its name.</summary>
    /// <param name="names">The names of the classes, in the order of their indices; none for those that occur.</param>
    public static Category Last(params ReadOnlySpan<string> names) => new(null, names);

    /// <inheritdoc/>
    public override string ToString() => $"{Column ?? "the last column"}{(Names.IsEmpty ? string.Empty : $": {string.Join(", ", Names)}")}";
}
