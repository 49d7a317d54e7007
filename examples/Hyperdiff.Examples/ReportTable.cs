using Spectre.Console;

namespace Hyperdiff.Examples;

/// <summary>A table for people: with borders where it fits, and a line per cell where the terminal is too narrow, since broken columns cannot be
/// read.</summary>
/// <param name="title">Stands above it; empty for none.</param>
/// <param name="first">The heading of the first column, which names the rows.</param>
/// <param name="headings">The headings of the others.</param>
public sealed class ReportTable(string title, string first, params string[] headings)
{
    // a border and a space on both sides of a cell
    private const int Border = 3;

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row: its name, and a cell per further column.</summary>
    public void AddRow(string name, params string[] cells) => _rows.Add([name, .. cells]);

    /// <summary>Writes it.</summary>
    public void Write(IAnsiConsole console)
    {
        ArgumentNullException.ThrowIfNull(console);
        string[][] all = [[first, .. headings], .. _rows];
        int width = 1 + Enumerable.Range(0, headings.Length + 1).Sum(column => Border + all.Max(row => row[column].Length));
        if (width > console.Profile.Width)
        {
            WriteLines(console);
            return;
        }

        var table = new Table { Border = TableBorder.Rounded };
        if (title.Length > 0)
        {
            table.Title = new TableTitle(Markup.Escape(title));
        }

        table.AddColumn(Markup.Escape(first));
        foreach (string heading in headings)
        {
            table.AddColumn(new TableColumn(Markup.Escape(heading)).RightAligned());
        }

        foreach (string[] row in _rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        console.Write(table);
    }

    private void WriteLines(IAnsiConsole console)
    {
        if (title.Length > 0)
        {
            console.WriteLine(title);
        }

        foreach (string[] row in _rows)
        {
            console.WriteLine($"{row[0]}:");
            foreach ((string heading, string cell) in headings.Zip(row[1..]).Where(pair => pair.Second.Length > 0))
            {
                console.WriteLine($"  {heading}: {cell}");
            }
        }
    }
}
