using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Hyperdiff.Data;

/// <summary>Reads tables of comma-separated values, RFC 4180: quoted cells with separators, quotes and line breaks in them, any line ends, a byte order mark;
/// also with semicolons, tabs or bars, decimal commas, and compressed by gzip.</summary>
/// <remarks>
/// Columns are numbers, unless they are named as categories. A cell that is not what its column holds is a <see cref="DataException"/> with file, row, column
/// and text, and so are rows that are longer or shorter than the first one, two columns of one name, and text that is not of the encoding. Empty lines are
/// passed over; spaces around cells are, too. Memory is that of the columns that are read, as <c>float64</c>, and up to three times that while they grow.
/// </remarks>
public static class CsvFile
{
    // a file that is no CSV may be one line
    private const int LongestCell = 1 << 20;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is written, and what is read of it.</param>
    /// <exception cref="DataException">It is missing or cannot be read, or something in it is not as it should be.</exception>
    public static Table Read(string path, CsvOptions? options = null) => DataFile.Read(path, (stream, _) =>
    {
        using var reader = new StreamReader(stream, options?.Encoding ?? s_strict, detectEncodingFromByteOrderMarks: true);
        return Read(reader, path, options);
    });

    /// <summary>Reads a text to its end.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="options">How it is written, and what is read of it.</param>
    /// <exception cref="DataException">Something in it is not as it should be.</exception>
    public static Table Read(TextReader text, string name, CsvOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        options ??= new CsvOptions();
        try
        {
            var head = new HeadReader(text);
            char separator = options.Separator ?? Separator(head.FirstLine, options.Decimal);
            if (separator == options.Decimal)
            {
                throw new ArgumentException(
                    $"CsvOptions: '{separator}' cannot both separate columns and be the decimal mark; name another Separator or Decimal.", nameof(options));
            }

            using var csv = new CsvParser(head, new CsvConfiguration(CultureInfo.InvariantCulture)
            {
                Delimiter = separator.ToString(),
                DetectColumnCountChanges = false,
                IgnoreBlankLines = false,
                MaxFieldSize = LongestCell,
                TrimOptions = TrimOptions.Trim,
            }, leaveOpen: true);
            return new CsvRows(csv, name, options).Read();
        }
        catch (DecoderFallbackException exception)
        {
            throw DataException.Of(name, $"this is not {(options.Encoding ?? s_strict).WebName} text; CsvOptions.Encoding names another encoding", exception);
        }
    }

    // outside of quotes
    private static char Separator(string line, char point)
    {
        bool quoted = false;
        var counts = new Dictionary<char, int>();
        foreach (char c in line)
        {
            quoted ^= c == '"';
            if (!quoted && c is ',' or ';' or '\t' or '|' && c != point)
            {
                counts[c] = counts.GetValueOrDefault(c) + 1;
            }
        }

        return counts.Count > 0 ? counts.MaxBy(pair => pair.Value).Key : point == ',' ? ';' : ',';
    }
}
