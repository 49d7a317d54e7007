using System.Text;

namespace Hyperdiff.Generators.Emission;

/// <summary>Writes indented lines; the line break is always LF, so that the same model gives the same file everywhere.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _level;

    public void Line(string text = "")
    {
        if (text.Length > 0)
        {
            _text.Append(' ', 4 * _level).Append(text);
        }

        _text.Append('\n');
    }

    /// <summary>Lines that were written before, as they are but for where they begin.</summary>
    public void Lines(string text)
    {
        foreach (string line in text.TrimEnd('\n').Split('\n'))
        {
            Line(line);
        }
    }

    /// <summary>A line followed by an opening brace; <see cref="Close"/> closes it.</summary>
    public void Open(string header)
    {
        Line(header);
        Line("{");
        _level++;
    }

    public void Close(string end = "")
    {
        _level--;
        Line("}" + end);
    }

    /// <summary>A line and, one level deeper, a list with commas between its items.</summary>
    public void List(string header, IReadOnlyList<string> items, string end)
    {
        Line(header);
        _level++;
        for (int i = 0; i < items.Count; i++)
        {
            Line(items[i] + (i < items.Count - 1 ? "," : end));
        }

        _level--;
    }

    public override string ToString() => _text.ToString();
}
