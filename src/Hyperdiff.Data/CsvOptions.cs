using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Hyperdiff.Data;

/// <summary>How a CSV file is written, and what is read of it.</summary>
public sealed record CsvOptions : TableOptions
{
    /// <summary>What stands between cells; null for that of comma, semicolon, tab and bar which the first line has most of.</summary>
    public char? Separator
    {
        get; init => field = value is not ('"' or '\r' or '\n' or '\0') ? value
            : throw new ArgumentOutOfRangeException(nameof(Separator), value, "Quotes and line ends do not separate columns; a comma or a tab does.");
    }

    /// <summary>Whether the first row holds the names of the columns. Null takes it for names if none of its cells is a number, and asks otherwise; without
    /// names
    /// columns are called <c>column 1</c> and so on.</summary>
    public bool? HasHeader { get; init; }

    /// <summary>What stands before the decimals: a point, or a comma.</summary>
    public char Decimal
    {
        get; init => field = char.IsPunctuation(value) && value is not ('-' or '"') ? value
            : throw new ArgumentOutOfRangeException(nameof(Decimal), value, "A decimal mark is a point, a comma or the like.");
    } = '.';

    /// <summary>What a missing number is written as, besides nothing, where <see cref="TableOptions.AllowsMissing"/> says that numbers may be missing; capitals
    /// and small letters alike.</summary>
    public ImmutableArray<string> MissingWords
    {
        get; init => field = WithoutNull(value, nameof(MissingWords));
    } = ["NA", "N/A", "NaN", "null", "?"];

    /// <summary>The encoding of a file that does not begin with a byte order mark; UTF-8 if null.</summary>
    public Encoding? Encoding { get; init; }

    /// <inheritdoc/>
    protected override bool PrintMembers(StringBuilder builder)
    {
        base.PrintMembers(builder);
        builder.Append(CultureInfo.InvariantCulture, $", Separator = {Separator}, HasHeader = {HasHeader}, Decimal = {Decimal}, ")
            .Append(CultureInfo.InvariantCulture, $"MissingWords = [{string.Join(", ", MissingWords)}], Encoding = {Encoding?.WebName}");
        return true;
    }
}
