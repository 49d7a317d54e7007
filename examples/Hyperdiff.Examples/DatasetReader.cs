using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Hyperdiff.Examples;

/// <summary>Reads a data set from a CSV file: a header row; then one sample per row, its features and in the last column its class, a whole number from 0
/// on.</summary>
public static class DatasetReader
{
    // standard deviations add squares
    private const double Largest = 1e150;

    private static readonly CsvConfiguration s_format = new(CultureInfo.InvariantCulture) { DetectColumnCountChanges = false };

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="classes">How many classes there may be.</param>
    /// <exception cref="DatasetException">It is missing, empty, ragged, or has a cell that is not a number.</exception>
    public static Dataset Read(string path, int classes = 2)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new DatasetException("--data: the name of the file is empty");
        }

        try
        {
            using var reader = new StreamReader(path);
            return Read(reader, path, classes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string reason = exception is FileNotFoundException or DirectoryNotFoundException ? "no such file" : exception.Message.ReplaceLineEndings(" ");
            throw new DatasetException($"{path}: {reason}", exception);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="classes">How many classes there may be.</param>
    /// <exception cref="DatasetException">It is empty, ragged, or has a cell that is not a number.</exception>
    public static Dataset Read(TextReader text, string name, int classes = 2)
    {
        using var csv = new CsvParser(text, s_format);
        try
        {
            string[] header = Header(csv, name);
            var features = new List<double>();
            var labels = new List<double>();
            while (csv.Read())
            {
                string[] cells = Cells(csv, name, header);
                for (int column = 0; column < cells.Length - 1; column++)
                {
                    features.Add(Number(cells[column], csv.RawRow, column, name, header));
                }

                double last = Number(cells[^1], csv.RawRow, cells.Length - 1, name, header);
                labels.Add(last >= 0 && last < classes && last == Math.Floor(last)
                    ? last
                    : throw Cell(name, csv.RawRow, cells.Length - 1, header,
                        $"'{cells[^1]}' is not a class: {(classes == 2 ? "0 or 1" : $"a whole number from 0 to {classes - 1}")} is needed"));
            }

            return labels.Count > 0
                ? new Dataset([.. header[..^1]], Tensor.Wrap(features.ToArray(), [labels.Count, header.Length - 1]), Tensor.From(labels.ToArray()))
                : throw new DatasetException($"{name}: there is a header and no sample");
        }
        catch (CsvHelperException exception)
        {
            throw new DatasetException($"{name}, row {csv.RawRow}: not CSV: {exception.Message.Split('\n', '\r')[0]}", exception);
        }
    }

    private static string[] Header(CsvParser csv, string name)
    {
        if (!csv.Read())
        {
            throw new DatasetException($"{name}: the file is empty");
        }

        return csv.Count >= 2 ? csv.Record!
            : throw new DatasetException($"{name}, row {csv.RawRow}: one column; at least one feature and the class are needed");
    }

    private static string[] Cells(CsvParser csv, string name, string[] header) => csv.Count == header.Length
        ? csv.Record!
        : throw new DatasetException(csv.Count < header.Length
            ? $"{name}, row {csv.RawRow}, column {csv.Count + 1} ({header[csv.Count]}): missing: the row has {csv.Count} cells, the header {header.Length}"
            : $"{name}, row {csv.RawRow}, column {header.Length + 1}: one too many: the row has {csv.Count} cells, the header {header.Length}");

    private static double Number(string cell, int row, int column, string name, string[] header) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? Math.Abs(number) <= Largest ? number
                : throw Cell(name, row, column, header, $"'{cell}' is too large to be squared; give the feature in another unit")
            : throw Cell(name, row, column, header, $"'{cell}' is not a finite number");

    private static DatasetException Cell(string name, int row, int column, string[] header, string what) =>
        new($"{name}, row {row}, column {column + 1} ({header[column]}): {what}");
}
