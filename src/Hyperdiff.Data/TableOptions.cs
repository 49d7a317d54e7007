using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Hyperdiff.Data;

/// <summary>What is read of a table, and what may stand in it.</summary>
public record TableOptions
{
    /// <summary>The columns that are read, by name, in this order; empty for all, in the order of the file.</summary>
    public ImmutableArray<string> Columns
    {
        get; init => field = WithoutNull(value, nameof(Columns));
    } = [];

    /// <summary>The columns that hold categories. All others hold numbers.</summary>
    public ImmutableArray<Category> Categories
    {
        get; init => field = WithoutNull(value, nameof(Categories));
    } = [];

    /// <summary>Whether a number may be missing: it becomes NaN, to be dropped (<see cref="Table.WithoutMissing"/>) or filled in. Otherwise it is an
    /// error.</summary>
    public bool AllowsMissing { get; init; }

    /// <summary>Whether numbers may be infinite or NaN.</summary>
    public bool AllowsNonFinite { get; init; }

    /// <summary>What the record is printed with.</summary>
    /// <param name="builder">Takes the text.</param>
    protected virtual bool PrintMembers(StringBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Append(CultureInfo.InvariantCulture, $"Columns = [{string.Join(", ", Columns)}], Categories = [{string.Join("; ", Categories)}], ")
            .Append(CultureInfo.InvariantCulture, $"AllowsMissing = {AllowsMissing}, AllowsNonFinite = {AllowsNonFinite}");
        return true;
    }

    // none, where there is no array
    private protected static ImmutableArray<T> WithoutNull<T>(ImmutableArray<T> items, string name)
        where T : class => items.IsDefault ? []
        : items.IndexOf(null!) is >= 0 and int at ? throw new ArgumentException($"TableOptions.{name}: item {at} is null.", name)
        : items;
}
