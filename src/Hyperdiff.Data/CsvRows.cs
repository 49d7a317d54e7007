using System.Collections.Immutable;
using System.Globalization;
using CsvHelper;

namespace Hyperdiff.Data;

/// <summary>The rows of one CSV text: the names of its columns, then the cells.</summary>
/// <param name="csv">Gives records.</param>
/// <param name="file">The name in messages.</param>
/// <param name="options">How it is written, and what is read of it.</param>
internal sealed class CsvRows(CsvParser csv, string file, CsvOptions options)
{
    // of what is not CSV, or not text at all
    private const string Cure = "quotes stand around a whole cell, and are doubled within";

    private readonly NumberFormatInfo _format = new() { NumberDecimalSeparator = options.Decimal.ToString(), NumberGroupSeparator = " " };

    // where the row begins and ends: a quoted cell may hold line breaks
    private int _begin = 1;
    private int _row;

    /// <summary>Reads all.</summary>
    public Table Read()
    {
        (ImmutableArray<string> names, string[]? first) = Header();
        var table = new TableBuilder(file, names, options);
        for (string[]? cells = first ?? Next(names.Length); cells is not null; cells = Next(names.Length))
        {
            if (cells.Length != names.Length)
            {
                throw Ragged(cells, names);
            }

            foreach (int column in table.Chosen)
            {
                if (table.IsCategory(column))
                {
                    table.AddCategory(_row, column, cells[column]);
                }
                else
                {
                    table.AddNumber(_row, column, Number(table, column, cells[column]), cells[column]);
                }
            }
        }

        return table.Build();
    }

    // the names, and the first row of cells if it was read to see whether it is one
    private (ImmutableArray<string> Names, string[]? First) Header()
    {
        string[] cells = Next(0) ?? throw DataException.Of(file, "the file is empty");
        int number = Array.FindIndex(cells, IsNumber);
        if (options.HasHeader is null && number >= 0)
        {
            throw DataException.Of(new DataException.Place(file, _row, number + 1, Text: cells[number]),
                $"{DataException.Quoted(cells[number])} in the first row: say by HasHeader whether it holds the names of the columns");
        }

        if (options.HasHeader is false)
        {
            return ([.. cells.Select((_, i) => Unnamed(i))], cells);
        }

        ImmutableArray<string> names = [.. cells.Select((name, i) => name.Length > 0 ? name : Unnamed(i))];
        for (int i = 0; i < names.Length; i++)
        {
            int earlier = names.IndexOf(names[i]);
            if (earlier < i)
            {
                throw DataException.Of(new DataException.Place(file, _row, i + 1, names[i], names[i]), $"column {earlier + 1} has this name, too; rename one");
            }
        }

        return (names, null);

        static string Unnamed(int i) => string.Create(CultureInfo.InvariantCulture, $"column {i + 1}");
    }

    // the next row that is not an empty line; where there is one column, an empty line between rows is a cell
    private string[]? Next(int columns)
    {
        int? empty = null;
        try
        {
            for (_begin = _row + 1; csv.Read(); _begin = _row + 1)
            {
                _row = csv.RawRow;
                if (csv.Count > 1 || csv[0].Length > 0)
                {
                    return columns == 1 && empty is { } skipped
                        ? throw DataException.Of(new DataException.Place(file, skipped), "an empty line between the rows of one column: remove it, or write NA")
                        : csv.Record!;
                }

                empty ??= _row;
            }

            return null;
        }
        catch (CsvHelperException exception)
        {
            throw DataException.Of(new DataException.Place(file, _begin), $"this is not CSV: {Cure}", exception);
        }
    }

    private DataException Ragged(string[] cells, ImmutableArray<string> names) => cells.Length < names.Length
        ? DataException.Of(new DataException.Place(file, _row, cells.Length + 1, names[cells.Length]),
            $"missing: the row has {cells.Length} cells, the first row {names.Length}")
        : DataException.Of(new DataException.Place(file, _row, names.Length + 1, Text: cells[names.Length]),
            $"one too many: the row has {cells.Length} cells, the first row {names.Length}");

    private bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, _format, out double number) && double.IsFinite(number);

    // null if it is missing
    private double? Number(TableBuilder table, int column, string text)
    {
        if (text.Length == 0 || (options.AllowsMissing && IsMissing(text)))
        {
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, _format, out double number))
        {
            // 1e400 is written as a number, and none
            return double.IsFinite(number) || !text.Any(char.IsAsciiDigit) ? number
                : throw table.Cell(_row, column, text, $"{DataException.Quoted(text)} is out of range");
        }

        return text.TrimStart('+', '-').ToUpperInvariant() switch
        {
            "INF" or "INFINITY" => text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity,
            "NAN" => double.NaN,
            _ when IsMissing(text) => null,
            _ => throw table.Cell(_row, column, text, $"{DataException.Quoted(text)} is not a number{Hint(text, table.HasRows)}"),
        };
    }

    private bool IsMissing(string text) => options.MissingWords.Contains(text, StringComparer.OrdinalIgnoreCase);

    // a word below numbers is a mistake, and one in the first row perhaps a column of words
    private string Hint(string text, bool hasRows)
    {
        char other = options.Decimal == '.' ? ',' : '.';
        bool isOther = text.Count(c => c == other) == 1 && IsNumber(text.Replace(other, options.Decimal));
        return isOther ? $"; CsvOptions.Decimal = '{other}' reads it"
            : !hasRows && text.All(c => !char.IsAsciiDigit(c)) ? "; a column of words is read by naming it among the Categories" : "";
    }
}
