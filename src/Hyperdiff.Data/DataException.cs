using System.Globalization;

namespace Hyperdiff.Data;

/// <summary>Data cannot be used as they are. The message is one line that names the file, the row, the column and the text that was found, as far as there are
/// such, and says what would be right.</summary>
/// <remarks>This is what all readers, splits and metrics throw at bad data, so that a program has one exception to turn into a message and an exit code. Bad
/// arguments are <see cref="ArgumentException"/>s, as elsewhere.</remarks>
public sealed class DataException : Exception
{
    private const int LongestText = 40;
    private const int LongestList = 10;

    /// <summary>An exception without a message.</summary>
    public DataException()
    {
    }

    /// <summary>An exception with a message.</summary>
    /// <param name="message">One line.</param>
    public DataException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message and its cause.</summary>
    /// <param name="message">One line.</param>
    /// <param name="innerException">The cause.</param>
    public DataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    private DataException(Place place, string what, Exception? innerException)
        : base($"{place}: {what}", innerException) => (File, Row, Column, Text) = (place.File, place.Row, place.Column, place.Text);

    /// <summary>The file, as it was named; null if the data are of none.</summary>
    public string? File { get; }

    /// <summary>The row, counted from 1, with the header and empty lines among them: the line that an editor shows. Null if it is not about one.</summary>
    public int? Row { get; }

    /// <summary>The name of the column; null if it is not about one.</summary>
    public string? Column { get; }

    /// <summary>What was found there; null if it is not about a text.</summary>
    public string? Text { get; }

    internal static DataException Of(string file, string what, Exception? cause = null) => new(new Place(file), what, cause);

    internal static DataException Of(Place place, string what, Exception? cause = null) => new(place, what, cause);

    // what is quoted must not break the line, nor fill the screen
    internal static string Quoted(string text)
    {
        string line = string.Concat(text.Take(LongestText).Select(c => char.IsControl(c) ? ' ' : c));
        return text.Length > LongestText ? $"'{line}…'" : $"'{line}'";
    }

    internal static string Listed(IReadOnlyCollection<string> names) => string.Join(", ", names.Take(LongestList)) + (names.Count > LongestList ? ", …" : "");

    /// <summary>Where something is.</summary>
    /// <param name="File">The file.</param>
    /// <param name="Row">The row, from 1.</param>
    /// <param name="Position">The column, from 1.</param>
    /// <param name="Column">Its name.</param>
    /// <param name="Text">What was found there.</param>
    internal sealed record Place(string File, int? Row = null, int? Position = null, string? Column = null, string? Text = null)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture,
            $"{File}{(Row is null ? "" : $", row {Row}")}{(Position is null ? "" : $", column {Position}")}{(Column is null ? "" : $" ({Column})")}");
    }
}
